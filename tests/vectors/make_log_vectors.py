#!/usr/bin/python3
"""Writes leaf.json, proof.json and checkpoint.json beside itself: the log's bytes as docs/protocol.md has them.

Written from the page's section Log, the RFCs and the C2SP specifications with hashlib and cryptography, not from
the C++ code, which must agree byte for byte (tests/unit/common/log). Bytes are hexadecimal, integers decimal text,
so that no reader rounds them. The output depends on nothing but this file: running it again must change nothing.
"""
import base64
import functools
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent


def sha(data):
    return hashlib.sha256(data).digest()


def u64(value):
    return value.to_bytes(8, "big")


def seeded(label, size):
    """`size` bytes that look random and are the same for ever."""
    return b"".join(sha(f"{label} {i}".encode()) for i in range(-(-size // 32)))[:size]


def b64(data):
    return base64.b64encode(data).decode()


def write(name, about, **content):
    text = json.dumps({"about": about, **content}, indent=1, ensure_ascii=False)
    (HERE / name).write_text(text + "\n", encoding="utf-8")


# --- leaves ---

def leaf_data(position, received_at, clock_at, verdict, record_id, signature):
    return (b"qingfeng/leaf/1\0" + u64(position) + u64(received_at) + u64(clock_at)
            + verdict.to_bytes(2, "big") + record_id + sha(signature))


def leaf_hash(data):
    return sha(b"\0" + data)


def leaves():
    top = 2**63 - 1
    cases = []
    for i, (position, received_at, clock_at, verdict) in enumerate([
            (0, 0, 0, 0),
            (1, 1752480000000000, 1752480000000000, 0),
            (255, 1752480000000001, 1752393600000000, 0),
            (256, 1752480000000002, 1752480000000002, 37),
            (9_999_999, 1752480000000003, 1752480000000003, 65535),
            (top - 1, top, top, 256)]):
        record_id, signature = seeded(f"record id {i}", 32), seeded(f"signature {i}", 64)
        data = leaf_data(position, received_at, clock_at, verdict, record_id, signature)
        cases.append({"position": str(position), "received_at_us": str(received_at),
                      "clock_at_us": str(clock_at), "verdict": str(verdict), "record_id": record_id.hex(), "signature": signature.hex(),
                      "leaf_data": data.hex(), "leaf_hash": leaf_hash(data).hex()})
    write("leaf.json",
          "leaf_data = 'qingfeng/leaf/1' 00 | position | received_at | clock_at (8 bytes each) | "
          "verdict (2) | record_id | SHA-256(signature); leaf_hash = SHA-256(00 | leaf_data)", cases=cases)


# --- proofs: the definitions of RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, as they stand there ---

def split(n):
    """The largest power of two smaller than n."""
    return 1 << (n - 1).bit_length() - 1


class Leaves:
    def __init__(self, datas):
        self.hashes = [leaf_hash(data) for data in datas]
        self.mth = functools.lru_cache(maxsize=None)(self._mth)

    def _mth(self, start, end):
        if start == end:
            return sha(b"")
        if end - start == 1:
            return self.hashes[start]
        k = split(end - start)
        return sha(b"\1" + self.mth(start, start + k) + self.mth(start + k, end))

    def path(self, m, start, end):
        if end - start == 1:
            return []
        k = split(end - start)
        if m < k:
            return self.path(m, start, start + k) + [self.mth(start + k, end)]
        return self.path(m - k, start + k, end) + [self.mth(start, start + k)]

    def proof(self, m, n):
        return self._subproof(m, 0, n, True) if 0 < m < n else []

    def _subproof(self, m, start, end, complete):
        n = end - start
        if m == n:
            return [] if complete else [self.mth(start, end)]
        k = split(n)
        if m <= k:
            return self._subproof(m, start, start + k, complete) + [self.mth(start + k, end)]
        return self._subproof(m - k, start + k, end, False) + [self.mth(start, start + k)]


def inclusion(tree, position, size):
    return {"position": str(position), "size": str(size), "leaf_hash": tree.hashes[position].hex(),
            "path": [h.hex() for h in tree.path(position, 0, size)], "root": tree.mth(0, size).hex()}


def consistency(tree, old_size, new_size):
    return {"old_size": str(old_size), "old_root": tree.mth(0, old_size).hex(), "new_size": str(new_size),
            "new_root": tree.mth(0, new_size).hex(),
            "path": [h.hex() for h in tree.proof(old_size, new_size)]}


def spoiled_hash(text):
    return ("0" if text[0] != "0" else "1") + text[1:]


def spoiled_inclusions(good):
    """Each is `good` with one thing wrong; `why` names it."""
    position, size, path = int(good["position"]), int(good["size"]), good["path"]
    changes = [
        ("another position", {"position": str(position ^ 1)}),
        ("position beyond the tree", {"position": str(size)}),
        ("another leaf", {"leaf_hash": spoiled_hash(good["leaf_hash"])}),
        ("another root", {"root": spoiled_hash(good["root"])}),
        ("one hash too many", {"path": path + [good["root"]]}),
        ("the leaf before its path", {"path": [good["leaf_hash"]] + path}),
        ("size 0", {"size": "0"}), ("another size", {"size": str(2 * size + 1)})]
    if path:
        changes += [("one hash too few", {"path": path[:-1]}), ("the first hash missing", {"path": path[1:]}),
                    ("a changed hash", {"path": path[:-1] + [spoiled_hash(path[-1])]})]
    if len(path) > 1:
        changes.append(("hashes in another order", {"path": path[::-1]}))
    return [{"why": why, **good, **change} for why, change in changes]


def spoiled_consistencies(good):
    old_size, new_size, path = int(good["old_size"]), int(good["new_size"]), good["path"]
    changes = [
        ("another older root", {"old_root": spoiled_hash(good["old_root"])}),
        ("another newer root", {"new_root": spoiled_hash(good["new_root"])}),
        ("sizes swapped", {"old_size": str(new_size), "new_size": str(old_size)}),
        ("one hash too many", {"path": path + [good["new_root"]]}),
        ("no path", {"path": []}),
        ("an older size that is another", {"old_size": str(old_size - 1 or 2)}),
        ("the first hash missing", {"path": path[1:]}), ("one hash too few", {"path": path[:-1]}),
        ("a changed hash", {"path": path[:-1] + [spoiled_hash(path[-1])]}),
        ("the older root before the path", {"path": [good["old_root"]] + path})]
    return [{"why": why, **good, **change} for why, change in changes]


# The leaves by which Certificate Transparency's implementations have long tested their trees.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
             "606162636465666768696a6b6c6d6e6f"]


def proofs():
    small = Leaves([bytes.fromhex(leaf) for leaf in CT_LEAVES])
    large_size = 66_000
    large = Leaves([u64(i) for i in range(large_size)])
    sizes = [9, 255, 256, 257, 511, 512, 513, 1000, 65535, 65536, 65537, large_size]
    positions = lambda n: sorted({0, 1, n // 3, n // 2, n - 2, n - 1})
    included = [inclusion(large, position, n) for n in sizes for position in positions(n)]
    old_sizes = lambda n: sorted({1, n // 3, 256, 300, n - 1} & set(range(n)))
    consistent = [consistency(large, m, n) for n in sizes for m in old_sizes(n)]
    spoiled = [inclusion(small, p, n) for p, n in [(0, 1), (0, 2), (2, 3), (5, 8), (6, 7)]] + included[-4:]
    pairs = [(1, 2), (2, 5), (3, 7), (4, 8), (6, 8)]
    spoiled_pairs = [consistency(small, m, n) for m, n in pairs] + consistent[-4:]
    write("proof.json",
          "RFC 9162: audit paths (leaf's sibling first) and consistency paths. Leaf i of the large tree has the "
          "data 'i in 8 bytes, big-endian'; leaf hash = SHA-256(00 | data), node hash = "
          "SHA-256(01 | left | right). What stands under 'refused' must not verify.",
          small={"leaves": CT_LEAVES, "roots": [small.mth(0, n).hex() for n in range(9)],
                 "inclusion": [inclusion(small, p, n) for n in range(1, 9) for p in range(n)],
                 "consistency": [consistency(small, m, n) for n in range(9) for m in range(n + 1)]},
          large={"size": str(large_size), "roots": {str(n): large.mth(0, n).hex() for n in sizes},
                 "inclusion": included, "consistency": consistent},
          refused={"inclusion": [bad for good in spoiled for bad in spoiled_inclusions(good)],
                   "consistency": [bad for good in spoiled_pairs for bad in spoiled_consistencies(good)]})


# --- checkpoints ---

class Key:
    def __init__(self, label):
        self.seed = seeded(label, 32)
        self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def key_id(self, name, kind):
        return sha(name.encode() + b"\n" + bytes([kind]) + self.public)[:4]

    def vkey(self, name, kind):
        return f"{name}+{self.key_id(name, kind).hex()}+{b64(bytes([kind]) + self.public)}"

    def line(self, name, text):
        return f"— {name} {b64(self.key_id(name, 1) + self.private.sign(text.encode()))}\n"

    def cosignature(self, name, text, time):
        signature = self.private.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        return f"— {name} {b64(self.key_id(name, 4) + u64(time) + signature)}\n"


def checkpoint_text(office, term, size, root):
    return f"qingfeng/{office.hex()}/{term}\n{size}\n{b64(root)}\n"


def checkpoint_case(i, term, size, root):
    office, key = seeded(f"office {i}", 16), Key(f"log key {i}")
    name = f"qingfeng/{office.hex()}/{term}"
    text = checkpoint_text(office, term, size, root)
    return {"office": office.hex(), "term": str(term), "size": str(size), "root": root.hex(),
            "log_key_seed": key.seed.hex(), "log_key": key.public.hex(), "key_id": key.key_id(name, 1).hex(),
            "vkey": key.vkey(name, 1), "checkpoint": text + "\n" + key.line(name, text)}


def cosigned_case(case):
    text = case["checkpoint"].split("\n\n")[0] + "\n"
    cosigned, witnesses = case["checkpoint"], []
    times = {"witness.example/superior": 1752480000, "见证人.example/纪检": 1752480060}
    for i, (name, time) in enumerate(times.items()):
        key = Key(f"witness {i}")
        cosigned += key.cosignature(name, text, time)
        witnesses.append({"name": name, "seed": key.seed.hex(), "key": key.public.hex(), "time_s": str(time),
                          "vkey": key.vkey(name, 4), "cosigned": cosigned})
    return {**case, "witnesses": witnesses}


def refused_checkpoints(case):
    """(reason, why, text): none of them is a checkpoint of that office and key."""
    office, term, size = bytes.fromhex(case["office"]), int(case["term"]), int(case["size"])
    root, key = bytes.fromhex(case["root"]), Key("log key 1")
    assert key.public.hex() == case["log_key"]
    name, good = f"qingfeng/{office.hex()}/{term}", case["checkpoint"]
    text, line = good.split("\n\n")[0] + "\n", good.split("\n\n")[1]
    signed = lambda body, signer=key, by=name: body + "\n" + signer.line(by, body)
    other = seeded("office 0", 16)
    stranger, zeros = Key("stranger"), "A" * 86 + "=="
    elsewhere = checkpoint_text(other, term, size, root)
    yield "OFFICE", "another office", signed(elsewhere, by=f"qingfeng/{other.hex()}/{term}")
    yield "PROOF", "signed by another key", signed(text, stranger)
    yield "PROOF", "signed by a key of another name", signed(text, by="qingfeng/elsewhere")
    wrong_line = line.replace(line[-9:], "AAAAAAA=\n")
    yield "PROOF", "a signature that does not verify beside one that does", good + wrong_line
    yield "PROOF", "the root changed after signing", good.replace(b64(root), b64(seeded("another root", 32)))
    yield "PROOF", "the size changed after signing", good.replace(f"\n{size}\n", f"\n{size + 1}\n")
    yield "PROOF", "the term changed after signing", good.replace(name + "\n", name + "1\n")
    yield "MALFORMED", "an extension line", signed(text + "extension\n")
    yield "MALFORMED", "no root", signed(f"{name}\n{size}\n")
    yield "MALFORMED", "leading zero in the size", signed(f"{name}\n0{size}\n{b64(root)}\n")
    yield "MALFORMED", "a sign before the size", signed(f"{name}\n+{size}\n{b64(root)}\n")
    yield "MALFORMED", "a size beyond 63 bits", signed(f"{name}\n{2**63}\n{b64(root)}\n")
    yield "MALFORMED", "a root of 31 bytes", signed(f"{name}\n{size}\n{b64(root[:31])}\n")
    yield "MALFORMED", "a root without padding", signed(f"{name}\n{size}\n{b64(root).rstrip('=')}\n")
    yield "MALFORMED", "size 0 with a root", signed(f"{name}\n0\n{b64(root)}\n")
    upper = f"qingfeng/{office.hex().upper()}/{term}"
    yield "MALFORMED", "upper case in the office id", signed(f"{upper}\n{size}\n{b64(root)}\n", by=upper)
    yield "MALFORMED", "term 0", signed(checkpoint_text(office, 0, size, root), by=f"qingfeng/{office.hex()}/0")
    foreign = f"example.com/log\n{size}\n{b64(root)}\n"
    yield "MALFORMED", "another log's origin", signed(foreign, by="example.com/log")
    yield "MALFORMED", "no signature", text + "\n"
    yield "MALFORMED", "no empty line", text + line
    yield "MALFORMED", "a last line that does not end", good[:-1]
    yield "MALFORMED", "a hyphen for the em dash", good.replace("— ", "- ")
    yield "MALFORMED", "a space in the key name", good + f"— two words {zeros}\n"
    yield "MALFORMED", "a plus in the key name", good + f"— a+b {zeros}\n"
    yield "MALFORMED", "a signature of four bytes", good + "— a AAAAAA==\n"
    yield "MALFORMED", "a carriage return", good.replace("\n", "\r\n")
    yield "MALFORMED", "a line after the signatures", good + "and more\n"
    yield "TOO_LARGE", "33 signatures", good + f"— a {zeros}\n" * 32


def tlog_proof(position, path, extra, checkpoint):
    lines = ["c2sp.org/tlog-proof@v1"] + ([f"extra {b64(extra)}"] if extra else []) + [f"index {position}"]
    return "\n".join(lines + [b64(h) for h in path]) + "\n\n" + checkpoint


def tlog_proofs():
    """Receipts as text: a log of `size` entries made as in leaf.json."""
    cases = []
    for i, (position, size) in enumerate([(0, 1), (2, 3), (700, 1000)]):
        datas = [leaf_data(p, 1752480000000000 + p, 1752480000000000 + p, 0, seeded(f"proof record {p}", 32),
                           seeded(f"proof signature {p}", 64)) for p in range(size)]
        tree = Leaves(datas)
        case = checkpoint_case(10 + i, 7, size, tree.mth(0, size))
        extra = datas[position] if i else b""
        path = tree.path(position, 0, size)
        cases.append({**case, "position": str(position), "leaf_data": datas[position].hex(),
                      "extra": extra.hex(), "path": [h.hex() for h in path],
                      "proof": tlog_proof(position, path, extra, case["checkpoint"])})
    return cases


def checkpoints():
    top = 2**63 - 1
    cases = [checkpoint_case(0, 1, 0, sha(b"")), checkpoint_case(1, 65_537, 20_852_163, seeded("root", 32)),
             checkpoint_case(2, top, top, seeded("another root", 32))]
    write("checkpoint.json",
          "C2SP signed notes: checkpoints of a log (origin qingfeng/<office>/<term>, no extension lines), "
          "cosignatures of witnesses (type 04) and exported receipts (tlog-proof v1). What stands under 'refused' "
          "must not be taken for a checkpoint of refused.office signed by refused.log_key; reasons are registered.",
          checkpoints=cases, cosigned=[cosigned_case(cases[1])],
          refused={"office": cases[1]["office"], "log_key": cases[1]["log_key"],
                   "texts": [{"reason": reason, "why": why, "text": text}
                             for reason, why, text in refused_checkpoints(cases[1])]},
          proofs=tlog_proofs())


if __name__ == "__main__":
    leaves()
    proofs()
    checkpoints()
