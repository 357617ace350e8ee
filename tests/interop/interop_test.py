"""The second client against the real server, with the real command line as the office: files, verifies, and misbehaves.

    interop_test.py BUILD_FOLDER
"""
import base64
import datetime
import os
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools/round")]

from client import Unverified, merkle, records  # noqa: E402
from client import messages as qf  # noqa: E402
from client.bodies import sealed_file  # noqa: E402
from client.connection import Connection, Refused  # noqa: E402
from client.device import APPEND, APPEND_BYTES, BEGIN, ENROL, EXCHANGE, READ, Device, Fate  # noqa: E402
from client.invitations import read_invitation  # noqa: E402
from client.keys import SigningKey  # noqa: E402
from client.records import Kind, record_id, sha256  # noqa: E402
from office import Programs, Server, Store, enrol, found  # noqa: E402

PIN = "amber-river-lantern"
VIOLATION = "ban.canvassing"


def invite(role, name):
    """A Device that holds a new invitation which the server knows."""
    text = folder / f"{name}.invitation"
    admin.run("invite", "--role", role, "--name", name, "--no-qr", "--out", str(text))
    admin.run("sync")
    return Device(read_invitation(text.read_text()))


def certified(role, name):
    device = invite(role, name)
    device.enrol()
    admin.run("sync")
    device.pull()
    return device


def setUpModule():
    global folder, server, admin, manager, phone
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qf-interop-"))
    programs = Programs(sys.argv[1])
    server = Server(programs, folder / "server")
    admin, manager = (Store(programs, folder / name, PIN) for name in ("admin", "manager"))
    found(server, admin, folder, "--shares-folder", str(folder / "shares"))
    enrol(admin, manager, "case-manager", "manager")
    for store in (admin, manager, manager):
        store.run("sync")
    phone = certified("supervisor", "phone")


def tearDownModule():
    server.stop()
    shutil.rmtree(folder)


def report(title, **fields):
    return qf.report.Report(violation=VIOLATION, township="城关镇", title=title, what="三月十五日晚在饭店宴请代表。",
                            client_version="interop", **fields)


def arrivals(title):
    """What the case manager's register shows under this title."""
    return [one for one in manager.run("desk", "register")["arrivals"] if one.get("report", {}).get("title") == title]


class TheMainJob(unittest.TestCase):
    def test_from_an_invitation_to_an_answer(self):
        data = os.urandom(700_000)
        sealed, attachment = sealed_file("photo.jpg", "image/jpeg", data)
        record = phone.report(report("从另一个客户端", attachments=[attachment]), [sealed])
        answer = phone.exchange(record)
        self.assertEqual([a.fate for a in answer.acknowledgements], [Fate.FATE_STORED])
        self.assertEqual(list(answer.acknowledgements[0].missing_blobs), [attachment.sha256])
        self.upload_in_two_runs(record, sealed)
        again = phone.exchange(record).acknowledgements[0]
        self.assertEqual((again.fate, list(again.missing_blobs)), (Fate.FATE_DUPLICATE, []))
        self.at_the_desk(record, attachment, data)
        self.answer_arrives(record)

    def upload_in_two_runs(self, record, sealed):
        phone.upload(record, sealed, stop_after=2)
        phone.connection.close()
        phone.connect()
        sha = sha256(sealed)
        self.assertEqual(phone.begin(record, sha).committed_bytes, 2 * APPEND_BYTES)
        gap = phone.append(record, sha, 2 * APPEND_BYTES + 1, b"x")
        self.assertEqual((gap.committed_bytes, gap.complete), (2 * APPEND_BYTES, False))
        same = phone.append(record, sha, APPEND_BYTES, sealed[APPEND_BYTES:2 * APPEND_BYTES])
        self.assertEqual(same.committed_bytes, 2 * APPEND_BYTES)
        self.assertTrue(phone.upload(record, sealed).complete)

    def at_the_desk(self, record, attachment, data):
        manager.run("sync")
        shown = record_id(record.header).hex()
        arrival = manager.run("desk", "show", shown)["arrival"]
        to = folder / "photo.jpg"
        manager.run("desk", "open-attachment", shown, attachment.name, "--to", str(to))
        self.assertEqual(to.read_bytes(), data)
        self.assertEqual((arrival["files"], arrival["files_here"], arrival["not_yet_certified"]), (1, 1, False))
        manager.run("desk", "reply", shown, "已收到，谢谢。")
        manager.run("sync")

    def answer_arrives(self, record):
        phone.pull()
        header, message = phone.messages()[-1]
        self.assertEqual(header.reference, record_id(record.header))
        self.assertEqual(message.text, "已收到，谢谢。")
        self.assertEqual(message.report_author, phone.signing.public)

    def test_receipts_stand_alone(self):
        record = phone.report(report("回执"))
        phone.exchange(record)
        _, receipt = phone.held[record_id(record.header)]
        checkpoint = merkle.check_receipt(receipt, phone.office_id, phone.log_keys)
        self.assertGreater(checkpoint.size, receipt.placement.position)
        for altered in (lambda r: setattr(r.placement, "clock_at_us", 1), lambda r: r.path.pop(),
                        lambda r: setattr(r, "record_id", bytes(32))):
            spoiled = qf.log.Receipt.FromString(receipt.SerializeToString())
            altered(spoiled)
            with self.assertRaises(Unverified):
                merkle.check_receipt(spoiled, phone.office_id, phone.log_keys)

    def test_attests_of_both_sides_agree(self):
        phone.exchange(phone.report(report("见证")))
        self.assertEqual(phone.exchange(phone.attest()).acknowledgements[0].fate, Fate.FATE_STORED)
        manager.run("sync")
        manager.run("sync")
        self.assertEqual(manager.run("desk", "alarms")["alarms"], [])
        phone.pull()
        self.assertGreater(phone.check_attests(), 0)

    def test_the_whole_log_from_an_export(self):
        manager.run("sync")
        file = folder / "log.export"
        manager.run("export-log", str(file))
        tree, head = read_export(file.read_bytes())
        checkpoint = merkle.read_checkpoint(head.checkpoint, phone.office_id, phone.log_keys)
        self.assertEqual((tree.size, tree.root()), (checkpoint.size, checkpoint.root))
        phone.check_extends(checkpoint)


def other_authority():
    """A TLS authority (DER) that this office's server has nothing to do with."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other")])
    now = datetime.datetime.utcnow()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


class BadCalls(unittest.TestCase):
    """Errors of a call: a code and one registered reason, as docs/protocol.md lists them."""

    def refused(self, code, reason, method, request, token=None, connection=None):
        with self.assertRaises(Refused) as seen:
            (connection or phone.connection).call(method, request, qf.sync.ExchangeResponse, token)
        self.assertEqual((seen.exception.code, seen.exception.reason), (code, reason))

    def hello(self):
        return qf.sync.ExchangeRequest(hello=phone.hello())

    def test_a_replayed_call_changes_nothing(self):
        record = phone.report(report("zweimal"))
        request = qf.sync.ExchangeRequest(hello=phone.hello(), push=[qf.sync.Offer(record=record)])
        token = phone.token(EXCHANGE)
        fates = [phone.connection.call(EXCHANGE, request, qf.sync.ExchangeResponse, token).acknowledgements[0].fate
                 for _ in range(2)]
        self.assertEqual(fates, [Fate.FATE_STORED, Fate.FATE_DUPLICATE])
        self.refused("UNAUTHENTICATED", "SIGNATURE", BEGIN, qf.blob.BeginRequest(), token)

    def test_a_wrong_clock(self):
        now = int(time.time())
        for seconds in (now - 310, now + 310):
            self.refused("UNAUTHENTICATED", "CLOCK", EXCHANGE, self.hello(), phone.token(EXCHANGE, seconds))
        self.assertEqual(phone.connection.call(EXCHANGE, self.hello(), qf.sync.ExchangeResponse,
                                               phone.token(EXCHANGE, now - 290)).welcome.term, 1)
        phone.clock_offset = -4000
        phone.exchange()  # asks for the time, and once more
        self.assertLess(abs(phone.clock_offset), 60)

    def test_a_wrong_signature(self):
        token = phone.token(EXCHANGE)
        self.refused("UNAUTHENTICATED", "SIGNATURE", EXCHANGE, self.hello(), token[:-1] + bytes([token[-1] ^ 1]))

    def test_no_token_and_a_short_one(self):
        self.refused("INVALID_ARGUMENT", "FRAME", EXCHANGE, self.hello())
        self.refused("INVALID_ARGUMENT", "FRAME", EXCHANGE, self.hello(), phone.token(EXCHANGE)[:-1])

    def test_another_office(self):
        self.refused("INVALID_ARGUMENT", "OFFICE", EXCHANGE, self.hello(), phone.token(EXCHANGE, office_id=bytes(16)))

    def test_a_server_of_another_office(self):
        stranger = Connection(phone.invitation.address, [other_authority()])
        self.refused("UNAVAILABLE", "", EXCHANGE, self.hello(), phone.token(EXCHANGE), stranger)

    def test_a_key_that_nobody_knows(self):
        key = SigningKey()
        token = phone.token(BEGIN, key=key)
        self.refused("UNAUTHENTICATED", "UNKNOWN_KEY", BEGIN, qf.blob.BeginRequest(), token)

    def test_an_unknown_method(self):
        method = "qingfeng.server.v1.SyncService/Nothing"
        self.refused("UNIMPLEMENTED", "METHOD", method, self.hello(), phone.token(method))

    def test_a_frame_that_cannot_be_read(self):
        self.refused("INVALID_ARGUMENT", "FRAME", EXCHANGE, b"\xff\xff", phone.token(EXCHANGE))

    def test_a_feed_that_is_not_for_this_device(self):
        hello = phone.hello()
        hello.cursors.add(feed="roster")
        hello.cursors.add(feed="log")
        answer = phone.call(EXCHANGE, qf.sync.ExchangeRequest(hello=hello), qf.sync.ExchangeResponse)
        self.assertEqual(set(page.feed for page in answer.pages) & {"roster", "log"}, set())
        hello.cursors.add(feed="nowhere")
        self.refused("INVALID_ARGUMENT", "FRAME", EXCHANGE, qf.sync.ExchangeRequest(hello=hello), phone.token(EXCHANGE))

    def test_a_file_that_no_record_names(self):
        request = qf.blob.BeginRequest(record_id=bytes(32), sha256=bytes(32))
        self.refused("NOT_FOUND", "NOT_FOUND", BEGIN, request, phone.token(BEGIN))
        self.refused("INVALID_ARGUMENT", "FRAME", BEGIN, qf.blob.BeginRequest(record_id=b"1"), phone.token(BEGIN))

    def test_a_file_of_another_device(self):
        sealed, attachment = sealed_file("x", "text/plain", b"of the phone")
        record = phone.report(report("文件", attachments=[attachment]), [sealed])
        phone.exchange(record)
        other = invite("informant", "other")
        other.enrol()
        request = qf.blob.BeginRequest(record_id=record_id(record.header), sha256=sha256(sealed))
        self.refused("PERMISSION_DENIED", "ROLE", BEGIN, request, other.token(BEGIN))
        read = qf.blob.ReadRequest(record_id=record_id(record.header), sha256=sha256(sealed))
        self.refused("PERMISSION_DENIED", "ROLE", READ, read, phone.token(READ))  # no phone pulls `office`
        large = qf.blob.AppendRequest(record_id=record_id(record.header), sha256=sha256(sealed),
                                      data=bytes(APPEND_BYTES + 1))
        self.refused("INVALID_ARGUMENT", "FRAME", APPEND, large, phone.token(APPEND))

    def test_what_is_for_administrators(self):
        method = "qingfeng.server.v1.LogService/GetNextLogKey"
        self.refused("PERMISSION_DENIED", "ROLE", method, qf.log_service.GetNextLogKeyRequest(), phone.token(method))
        method = "qingfeng.server.v1.AdminService/GetHealth"
        self.refused("UNIMPLEMENTED", "METHOD", method, b"", phone.token(method))

    def test_an_enrolment_that_is_none(self):
        request = qf.enrolment.EnrolRequest(enrol=phone.another_store().report(report("kein ENROL")))
        self.refused("INVALID_ARGUMENT", "FRAME", ENROL, request)

    def test_too_many_records(self):
        record = qf.sync.Offer(record=qf.record.Record(header=b"x"))
        request = qf.sync.ExchangeRequest(hello=phone.hello(), push=[record] * 65)
        self.refused("INVALID_ARGUMENT", "FRAME", EXCHANGE, request, phone.token(EXCHANGE))


class BadRecords(unittest.TestCase):
    """The fate of a record: a reason of the page for each, and nothing else of the push suffers."""

    def setUp(self):
        self.device = phone.another_store()

    def fate(self, record, fate, reason="UNSPECIFIED"):
        """Pushes the record; expects the fate, with the reason of LATER and MALFORMED or of the entry's verdict."""
        acknowledgement = self.device.exchange(record).acknowledgements[0]
        number = acknowledgement.reason or acknowledgement.placement.verdict
        self.assertEqual((Fate.Name(acknowledgement.fate), qf.reason_name(number)), ("FATE_" + fate, reason))
        return acknowledgement

    def bare(self, **fields):
        return self.device.place("office", Kind.KIND_REPORT, b"\0", sequence=1, **fields)

    def test_a_gap(self):
        first, second, third = (self.device.report(report(f"{i}")) for i in range(3))
        self.fate(second, "LATER", "GAP")
        answer = self.device.exchange(first, third)
        self.assertEqual([Fate.Name(a.fate) for a in answer.acknowledgements], ["FATE_STORED", "FATE_LATER"])
        self.fate(second, "STORED")
        self.fate(third, "STORED")

    def test_a_sequence_used_twice(self):
        held = self.device.report(report("eins"))
        self.fate(held, "STORED")
        other = self.device.report(report("zwei"), sequence=1)
        conflict = self.fate(other, "CONFLICT")
        self.assertEqual((conflict.held.header, conflict.held.body), (held.header, b""))
        self.fate(self.device.report(report("drei")), "STORED")

    def test_an_item_placed_twice_is_shown_once(self):
        item = os.urandom(16)
        for device in (self.device, phone.another_store()):
            self.device = device
            self.fate(device.report(report("einmal nur"), item_id=item), "STORED")
        manager.run("sync")
        self.assertEqual(len(arrivals("einmal nur")), 1)

    def test_a_wrong_feed(self):
        self.fate(self.device.place("broadcast", Kind.KIND_REPORT, b"\0"), "REFUSED", "FEED")
        self.fate(self.device.place("inbox/" + "0" * 64, Kind.KIND_MESSAGE, b"\0"), "REFUSED", "FEED")
        self.fate(self.device.place("nowhere", Kind.KIND_REPORT, b"\0"), "MALFORMED", "MALFORMED")

    def test_what_its_role_does_not_allow(self):
        certificate = qf.clear.Certificate(device=qf.clear.DeviceKeys(signing_key=phone.signing.public,
                                                                      sealing_key=phone.sealing.public),
                                           role=qf.clear.Role.ROLE_CASE_MANAGER, to_us=2**62)
        part = qf.clear.ClearPart(certificate=certificate)
        self.fate(self.device.place("broadcast", Kind.KIND_CERTIFICATE, clear_part=part), "REFUSED", "FEED")
        self.device.pull()
        self.assertEqual(self.device.authority.roles(phone.signing.public, 2**61), set())

    def test_a_truncated_record(self):
        good = self.device.report(report("kurz"))
        for field, reason in (("header", "MALFORMED"), ("signature", "SIGNATURE"), ("body", "MALFORMED")):
            with self.subTest(field):
                cut = qf.record.Record.FromString(good.SerializeToString())
                setattr(cut, field, getattr(good, field)[:-1])
                self.fate(cut, "MALFORMED", reason)
        self.fate(good, "STORED")

    def test_a_record_without_its_body_waits_for_it(self):
        good = self.device.report(report("später"))
        self.fate(qf.record.Record(header=good.header, signature=good.signature), "STORED")
        answer = self.device.exchange()
        self.assertIn(record_id(good.header), answer.welcome.lacking)
        self.fate(good, "DUPLICATE")
        self.assertNotIn(record_id(good.header), self.device.exchange().welcome.lacking)

    def test_a_record_over_its_bounds(self):
        large = self.device.place("office", Kind.KIND_REPORT, bytes(256 * 1024 + 1), sequence=1)
        self.fate(large, "MALFORMED", "TOO_LARGE")
        blobs = [qf.record.BlobRef(sha256=os.urandom(32), size_bytes=1)] * 33
        self.fate(self.bare(blobs=blobs), "MALFORMED", "MALFORMED")
        form = qf.clear.ClearPart(form=qf.clear.FormRef(form_id="x" * 4096))
        self.fate(self.bare(clear_part=form), "MALFORMED", "TOO_LARGE")

    def test_a_wrong_signature(self):
        good = self.device.report(report("falsch"))
        wrong = qf.record.Record(header=good.header, signature=bytes(64), body=good.body)
        self.fate(wrong, "MALFORMED", "SIGNATURE")
        self.fate(good, "STORED")

    def test_a_record_of_another_office(self):
        self.fate(self.bare(office_id=bytes(16)), "MALFORMED", "OFFICE")

    def test_another_term(self):
        self.device.term = 7
        offer = qf.sync.Offer(record=self.device.report(report("x")))
        request = qf.sync.ExchangeRequest(hello=self.device.hello(), push=[offer])
        answer = self.device.call(EXCHANGE, request, qf.sync.ExchangeResponse)
        fates = [(a.fate, qf.reason_name(a.reason)) for a in answer.acknowledgements]
        self.assertEqual(fates, [(Fate.FATE_LATER, "TERM")])
        self.assertEqual((answer.welcome.term, len(answer.pages)), (1, 0))

    def test_a_file_that_is_not_what_its_name_says(self):
        sealed, attachment = sealed_file("x", "text/plain", os.urandom(1000))
        record = self.device.report(report("Anhang", attachments=[attachment]), [sealed])
        self.fate(record, "STORED")
        sha = sha256(sealed)
        wrong = self.device.append(record, sha, 0, bytes(len(sealed)))
        self.assertEqual((wrong.committed_bytes, wrong.complete), (0, False))
        self.assertTrue(self.device.upload(record, sealed).complete)

    def test_a_key_that_nobody_knows(self):
        stranger = self.device.another_store()
        stranger.signing = SigningKey()
        self.device = stranger
        self.fate(stranger.report(report("wer")), "LATER", "UNKNOWN_KEY")


class BadEnrolments(unittest.TestCase):
    def fate(self, device, fate, reason="UNSPECIFIED", **changed):
        acknowledgement = device.enrol(**changed)
        number = acknowledgement.reason or acknowledgement.placement.verdict
        self.assertEqual((Fate.Name(acknowledgement.fate), qf.reason_name(number)), ("FATE_" + fate, reason))

    def test_a_wrong_token(self):
        self.fate(invite("informant", "token"), "REFUSED", "TOKEN", token=bytes(16))

    def test_an_invitation_that_the_server_does_not_know(self):
        device = invite("informant", "unknown")
        device.invitation.invitation_id = os.urandom(16)
        self.fate(device, "LATER", "INVITE")

    def test_an_invitation_used_twice(self):
        device = invite("informant", "once")
        self.fate(device, "STORED")
        self.fate(Device(device.invitation), "REFUSED", "USED")

    def test_a_proof_by_someone_without_the_secret(self):
        device = invite("informant", "suspect")
        self.fate(device, "STORED", mac=bytes(32))
        admin.run("sync")
        key = device.signing.public
        states = [one["state"] for one in admin.run("devices")["devices"] if raw(one["device_key"]) == key]
        self.assertEqual(states, ["DEVICE_STATE_SUSPECT"])

    def test_a_provisional_device_files_and_is_certified_later(self):
        device = invite("informant", "provisional")
        device.enrol()
        device.pull()
        record = device.report(report("vorläufig"))
        self.assertEqual(device.exchange(record).acknowledgements[0].fate, Fate.FATE_STORED)
        manager.run("sync")
        self.assertEqual([a["not_yet_certified"] for a in arrivals("vorläufig")], [True])
        admin.run("sync")
        manager.run("sync")
        self.assertEqual([a["not_yet_certified"] for a in arrivals("vorläufig")], [False])


def raw(text):
    return base64.b64decode(text)


class TheServersRestore(unittest.TestCase):
    """The server comes back from an older copy, and this device gives it back what it lost. Last by its name."""

    def test_what_was_lost_is_offered_again(self):
        phone.pull()
        server.daemon("backup", "--dir", str(server.folder), "--to", str(folder / "backup"))
        record = phone.report(report("nach der Sicherung"))
        before = phone.exchange(record).acknowledgements[0].placement
        phone.pull()
        self.put_back()
        waiting = phone.report(report("während der Störung"))
        answer = phone.exchange(waiting)
        self.assertTrue(answer.welcome.rolled_back)
        fates = [(Fate.Name(a.fate), qf.reason_name(a.reason)) for a in answer.acknowledgements]
        self.assertEqual(fates, [("FATE_LATER", "ROLLED_BACK")])
        admin.run("sync", fail_ok=True)
        admin.run("restart", "--cause", "restored from a copy")
        answer = phone.exchange(waiting)
        self.assertEqual([qf.reason_name(a.reason) for a in answer.acknowledgements], ["TERM"])
        self.assertGreater(phone.term, 1)
        self.assertGreater(phone.reoffer(), 0)
        held, receipt = phone.held[record_id(record.header)]
        checkpoint = merkle.check_receipt(receipt, phone.office_id, phone.log_keys)
        self.assertEqual((held.header, checkpoint.term), (record.header, phone.term))
        self.assertEqual(receipt.placement.clock_at_us, before.clock_at_us)
        self.assertGreater(receipt.placement.received_at_us, before.received_at_us)
        self.assertEqual(phone.exchange(waiting).acknowledgements[0].fate, Fate.FATE_STORED)  # in its old stream
        self.assertEqual(phone.exchange(phone.report(report("danach"))).acknowledgements[0].fate, Fate.FATE_STORED)
        self.everybody_agrees()

    def put_back(self):
        server.stop()
        shutil.move(server.folder, folder / "server-lost")
        shutil.copytree(folder / "server-lost", server.folder, ignore=shutil.ignore_patterns("log*", "head*", "blobs"))
        server.daemon("restore", "--dir", str(server.folder), "--from", str(folder / "backup"))
        server.start()
        phone.connection.close()
        phone.connect()

    def everybody_agrees(self):
        for store in (admin, manager):
            store.run("sync", fail_ok=True)
        admin.run("end-refill")
        manager.run("sync")
        for title in ("nach der Sicherung", "während der Störung", "danach"):
            self.assertEqual(len(arrivals(title)), 1, title)
        self.assertTrue(manager.run("verify-log")["verified"])
        phone.pull()
        phone.check_attests()


def read_export(data):
    """(tree, head) of an export, its records checked. docs/log-export.md."""
    magic = b"qingfeng/log-export/1\0"
    assert data.startswith(magic)
    at, tree, streams, head = len(magic), merkle.Tree(), {}, None
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        frame = qf.export.ExportFrame.FromString(data[at + 4:at + 4 + size])
        at += 4 + size
        if head is None:
            head = frame.head
            continue
        record, placement = frame.entry.record, frame.entry.placement
        header = records.checked_header(record, head.office_id)
        stream = (header.author, header.incarnation, header.feed)
        assert (placement.position, header.sequence) == (tree.size, streams.get(stream, 0) + 1)
        streams[stream] = header.sequence
        tree.append(merkle.leaf_hash(merkle.leaf_data(placement, record_id(record.header), sha256(record.signature))))
    return tree, head


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
