"""tests/vectors/*.json, checked with the second client: every case that must verify, and every one that must not."""
import json
import pathlib
import sys
import unittest

from cryptography.exceptions import InvalidTag

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from client import ROOT, Unverified, bodies, connection, invitations, keys, merkle, records  # noqa: E402
from client import messages as qf  # noqa: E402
import sealing  # noqa: E402


def vectors(name):
    return json.loads((ROOT / "tests/vectors" / f"{name}.json").read_text())


def raw(text):
    return bytes.fromhex(text)


def raws(texts):
    return [raw(text) for text in texts]


class Records(unittest.TestCase):
    def test_records(self):
        for case in vectors("record")["records"]:
            with self.subTest(case["name"]):
                record = qf.record.Record(header=raw(case["header"]), signature=raw(case["signature"]),
                                          body=raw(case["body"]))
                header = records.checked_header(record, raw(case["office_id"]))
                self.assertEqual(records.record_id(record.header).hex(), case["record_id"])
                for field in ("author", "incarnation", "item_id", "reference"):
                    self.assertEqual(getattr(header, field).hex(), case[field])
                self.assertEqual([header.feed, str(header.sequence), str(header.kind)],
                                 [case["feed"], case["sequence"], case["kind"]])
                self.assertEqual([(blob.sha256.hex(), str(blob.size_bytes)) for blob in header.blobs],
                                 [(blob["sha256"], blob["size_bytes"]) for blob in case["blobs"]])
                key = keys.SigningKey(raw(case["seed"]))
                self.assertEqual(key.sign(records.LABEL + record.header), record.signature)

    def test_altered_records(self):
        case = vectors("record")["records"][0]
        good = {"header": raw(case["header"]), "signature": raw(case["signature"]), "body": raw(case["body"])}
        for name, value in good.items():
            altered = qf.record.Record(**{**good, name: value[:-1] + bytes([value[-1] ^ 1])})
            with self.subTest(name), self.assertRaises(Unverified):
                records.checked_header(altered, raw(case["office_id"]))


class Invitations(unittest.TestCase):
    def test_invitations(self):
        for case in vectors("invitation")["invitations"]:
            invitation = invitations.read_invitation(case["text"])
            self.assertEqual(invitation.SerializeToString().hex(), case["message"])
            self.assertEqual(invitations.office_of(invitation).hex(), case["office_id"])
            part = invitations.enrol_part(invitation, raw(case["signing_key"]), raw(case["sealing_key"]))
            self.assertEqual((part.token.hex(), part.mac.hex()), (case["token"], case["mac"]))
            self.assertEqual(records.sha256(part.token).hex(), case["token_sha256"])

    def test_refused(self):
        for case in vectors("invitation")["refused"]:
            with self.subTest(case["why"]), self.assertRaises(Unverified):
                invitations.read_invitation(case["text"])


class Calls(unittest.TestCase):
    def test_tokens(self):
        for case in vectors("call")["accepted"]:
            token = connection.call_token(keys.SigningKey(raw(case["seed"])), raw(case["office"]), case["method"],
                                          int(case["unix_seconds"]), raw(case["random"]))
            self.assertEqual(token.hex(), case["token"])
            self.assertEqual(self.judged(case), "")

    def test_refused(self):
        for case in vectors("call")["refused"]:
            with self.subTest(case["name"]):
                self.assertEqual(self.judged(case), case["reason"])

    def judged(self, case):
        """The server's side of the page: what is wrong with a token, in the order in which it is looked at."""
        token, method, office = raw(case["token"]), case["method"], raw(case["office"])
        if len(token) != 136 or not 1 <= len(method) <= 128:
            return "FRAME"
        if token[:16] != office:
            return "OFFICE"
        seconds = int.from_bytes(token[48:56], "big")
        if abs(seconds - int(case["now_seconds"])) > connection.SKEW_SECONDS:
            return "CLOCK"
        signed = connection.signed_string(office, method, seconds, token[56:72])
        return "" if keys.verifies(token[16:48], token[72:], signed) else "SIGNATURE"


class Bodies(unittest.TestCase):
    def contexts(self):
        for case in vectors("seal")["bodies"]:
            context = {"office": raw(case["office"]), "feed": case["feed"], "author": raw(case["author"]),
                       "kind": int(case["kind"]), "item": raw(case["item"]), "reference": raw(case["reference"])}
            yield case, context

    def test_bodies(self):
        for case, context in self.contexts():
            for reader in case["readers"]:
                with self.subTest(case["name"]):
                    frame = sealing.open_body(context, raw(case["body"]), [raw(reader["secret"])])
                    self.assertEqual(frame.hex(), case["frame"])

    def test_a_body_of_another_record(self):
        for case, context in self.contexts():
            elsewhere = {**context, "item": bytes(16)}
            try:
                self.assertIsNone(sealing.open_body(elsewhere, raw(case["body"]), [raw(case["readers"][0]["secret"])]))
            except InvalidTag:
                pass

    def test_frames(self):
        for case in vectors("seal")["frames"]:
            self.assertEqual(bodies.content_of_frame(raw(case["frame"])).hex(), case["content"])
            self.assertEqual(bodies.content_of_frame(raw(case["frame"]) + bytes(9)).hex(), case["content"])
            with self.assertRaises(Unverified):
                bodies.content_of_frame(raw(case["frame"]) + b"\1")

    def test_public_body_and_padding(self):
        public = vectors("seal")["public"]
        self.assertEqual(sealing.open_body({}, raw(public["body"]), []).hex(), public["frame"])
        for case in vectors("seal")["padme"]:
            self.assertEqual(str(sealing.padme(int(case["size"]))), case["padded"])

    def test_codes_and_kits(self):
        for case in vectors("seal")["codes"]:
            code = raw(case["code"])
            self.assertEqual(sealing.paper_text(code, 1), case["text"])
            self.derived(case, sealing.seed_and_secret(code, raw(case["office"]), b"qingfeng/thread-keys/1\0"))
        for case in vectors("seal")["kits"]:
            self.derived(case, sealing.seed_and_secret(raw(case["secret"]), b"", b"qingfeng/kit-keys/1\0"))

    def derived(self, case, pair):
        seed, secret = pair
        self.assertEqual((keys.SigningKey(seed).public.hex(), keys.SealingKey(secret).public.hex()),
                         (case["signing_public"], case["sealing_public"]))

    def test_files(self):
        for case in vectors("blob")["blobs"]:
            size = int(case["true_size"])
            data = bytes(at % 251 for at in range(size))
            sealed = sealing.stream_seal(raw(case["key"]), sealing.blob_plaintext(data))
            self.assertEqual((str(len(sealed)), records.sha256(sealed).hex()),
                             (case["sealed_size"], case["sealed_sha256"]))
            attachment = qf.report.Attachment(sha256=records.sha256(sealed), key=raw(case["key"]), size_bytes=size,
                                              plain_sha256=records.sha256(data))
            self.assertEqual(bodies.open_file(attachment, sealed), data)


class Log(unittest.TestCase):
    def test_leaves(self):
        for case in vectors("leaf")["cases"]:
            placement = qf.log.Placement(position=int(case["position"]), received_at_us=int(case["received_at_us"]),
                                         clock_at_us=int(case["clock_at_us"]), verdict=int(case["verdict"]))
            data = merkle.leaf_data(placement, raw(case["record_id"]), records.sha256(raw(case["signature"])))
            self.assertEqual((data.hex(), merkle.leaf_hash(data).hex()), (case["leaf_data"], case["leaf_hash"]))

    def inclusion(self, case):
        merkle.check_inclusion(raw(case["leaf_hash"]), int(case["position"]), int(case["size"]), raws(case["path"]),
                               raw(case["root"]))

    def consistency(self, case):
        merkle.check_consistency(int(case["old_size"]), raw(case["old_root"]), int(case["new_size"]),
                                 raw(case["new_root"]), raws(case["path"]))

    def test_proofs(self):
        proofs = vectors("proof")
        for tree in (proofs["small"], proofs["large"]):
            for case in tree["inclusion"]:
                self.inclusion(case)
            for case in tree["consistency"]:
                self.consistency(case)
        for kind, verify in (("inclusion", self.inclusion), ("consistency", self.consistency)):
            for case in proofs["refused"][kind]:
                with self.subTest(kind=kind, why=case["why"]), self.assertRaises(Unverified):
                    verify(case)

    def test_roots(self):
        proofs = vectors("proof")
        small, large = merkle.Tree(), merkle.Tree()
        self.assertEqual(small.root().hex(), proofs["small"]["roots"][0])
        for leaf, root in zip(proofs["small"]["leaves"], proofs["small"]["roots"][1:]):
            small.append(merkle.leaf_hash(raw(leaf)))
            self.assertEqual(small.root().hex(), root)
        for at in range(int(proofs["large"]["size"])):
            large.append(merkle.leaf_hash(merkle.u64(at)))
            expected = proofs["large"]["roots"].get(str(at + 1))
            self.assertIn(expected, (None, large.root().hex()))

    def test_checkpoints(self):
        checkpoints = vectors("checkpoint")
        cosigned = [{**case, "checkpoint": witness["cosigned"]}
                    for case in checkpoints["cosigned"] for witness in case["witnesses"]]
        for case in checkpoints["checkpoints"] + cosigned:
            log_keys = {int(case["term"]): raw(case["log_key"])}
            seen = merkle.read_checkpoint(case["checkpoint"].encode(), raw(case["office"]), log_keys)
            self.assertEqual((str(seen.term), str(seen.size), seen.root.hex()),
                             (case["term"], case["size"], case["root"]))
        refused = checkpoints["refused"]
        term = int(checkpoints["checkpoints"][1]["term"])
        for case in refused["texts"]:
            with self.subTest(case["why"]), self.assertRaises(Unverified):
                merkle.read_checkpoint(case["text"].encode(), raw(refused["office"]), {term: raw(refused["log_key"])})

    def test_receipts(self):
        for case in vectors("checkpoint")["proofs"]:
            data = raw(case["leaf_data"])
            at = len(b"qingfeng/leaf/1\0")
            numbers = [int.from_bytes(data[at + 8 * i:at + 8 * i + 8], "big") for i in range(3)]
            placement = qf.log.Placement(position=numbers[0], received_at_us=numbers[1], clock_at_us=numbers[2])
            receipt = qf.log.Receipt(placement=placement, record_id=data[at + 26:at + 58],
                                     signature_sha256=data[at + 58:], path=raws(case["path"]),
                                     checkpoint=case["checkpoint"].encode())
            merkle.check_receipt(receipt, raw(case["office"]), {int(case["term"]): raw(case["log_key"])})
            if case["extra"]:
                self.assertEqual(merkle.tlog_proof(receipt).decode(), case["proof"])


class Makers(unittest.TestCase):
    def test_every_file_has_a_test_here(self):
        source = pathlib.Path(__file__).read_text()
        for path in (ROOT / "tests/vectors").glob("*.json"):
            self.assertIn(f'vectors("{path.stem}")', source)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
