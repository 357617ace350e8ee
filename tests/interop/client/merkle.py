"""The log's tree and checkpoints, as a verifier needs them: RFC 9162 and C2SP signed notes. docs/protocol.md, "Log"."""
import base64
import dataclasses

from client import check
from client.keys import verifies
from client.records import sha256

HASH = 32


def u64(value):
    return value.to_bytes(8, "big")


def leaf_data(placement, record_id, signature_sha256):
    return (b"qingfeng/leaf/1\0" + u64(placement.position) + u64(placement.received_at_us) + u64(placement.clock_at_us)
            + placement.verdict.to_bytes(2, "big") + record_id + signature_sha256)


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def check_inclusion(leaf, position, size, path, root):
    """RFC 9162, 2.1.3.2."""
    check(position < size, "a position beyond the tree")
    node, fn, sn = leaf, position, size - 1
    for sibling in path:
        check(sn != 0, "an audit path is too long")
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    check(sn == 0 and node == root, "an audit path")


def check_consistency(old_size, old_root, new_size, new_root, path):
    """RFC 9162, 2.1.4.2, with the two cases that need no path."""
    check(old_size <= new_size, "the newer size is smaller")
    if old_size in (0, new_size):
        check(not path and (old_size == 0 or old_root == new_root), "a consistency path of nothing")
        check(old_size != 0 or old_root == sha256(b""), "the root of nothing")
        return
    check(path, "no consistency path")
    path = list(path)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for node in path[1:]:
        check(sn != 0, "a consistency path is too long")
        if fn & 1 or fn == sn:
            old, new = node_hash(node, old), node_hash(node, new)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, node)
        fn, sn = fn >> 1, sn >> 1
    check(sn == 0 and old == old_root and new == new_root, "a consistency path")


class Tree:
    """Appends leaves, knows its root."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def append(self, hash_):
        self.size += 1
        at = self.size
        while at & 1 == 0:
            hash_, at = node_hash(self.peaks.pop(), hash_), at >> 1
        self.peaks.append(hash_)

    def root(self):
        if not self.peaks:
            return sha256(b"")
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


@dataclasses.dataclass
class Checkpoint:
    term: int
    size: int
    root: bytes


def _decimal(text):
    check(text.isascii() and text.isdigit() and (text == "0" or text[0] != "0") and int(text) < 2**63, "a number")
    return int(text)


def _base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    check(data and base64.b64encode(data).decode() == text, "a value in base64")
    return data


def _signatures(text):
    check(text.endswith("\n"), "a last line that does not end")
    lines = text[:-1].split("\n")
    check(1 <= len(lines) <= 32, "signatures of a note")
    for line in lines:
        check(line.startswith("— ") and line.count(" ") == 2, "a signature line")
        name, data = line[2:].split(" ")
        check(name and "+" not in name and not any(c.isspace() for c in name), "a key's name")
        signature = _base64(data)
        check(len(signature) > 4, "a signature of a note")
        yield name, signature


def read_checkpoint(note, office_id, log_keys):
    """The checkpoint in a signed note of this office; `log_keys` gives the log key of a term. Unverified otherwise."""
    try:
        text = note.decode()
    except UnicodeDecodeError:
        text = ""
    check("\r" not in text and text.count("\n\n") == 1, "a note without its empty line")
    body, signatures = text.split("\n\n")
    lines = body.split("\n")
    check(len(lines) == 3, "a checkpoint's lines")
    origin, size, root = lines
    start = f"qingfeng/{office_id.hex()}/"
    check(origin.startswith(start), "a checkpoint is another log's")
    term, size, root = _decimal(origin[len(start):]), _decimal(size), _base64(root)
    check(term >= 1 and len(root) == HASH and (size > 0 or root == sha256(b"")), "a checkpoint's values")
    key = log_keys.get(term)
    check(key is not None, "a checkpoint of an unknown term")
    key_id = sha256(origin.encode() + b"\n\1" + key)[:4]
    own = [data[4:] for name, data in _signatures(signatures) if (name, data[:4]) == (origin, key_id)]
    check(own and all(verifies(key, one, (body + "\n").encode()) for one in own), "a checkpoint's signature")
    return Checkpoint(term, size, root)


def split_nodes(nodes):
    check(len(nodes) % HASH == 0, "a table of hashes")
    return [nodes[at:at + HASH] for at in range(0, len(nodes), HASH)]


def check_receipt(receipt, office_id, log_keys):
    """A receipt by itself: returns the checkpoint that it was proved under."""
    checkpoint = read_checkpoint(receipt.checkpoint, office_id, log_keys)
    leaf = leaf_hash(leaf_data(receipt.placement, receipt.record_id, receipt.signature_sha256))
    check_inclusion(leaf, receipt.placement.position, checkpoint.size, receipt.path, checkpoint.root)
    return checkpoint


def tlog_proof(receipt):
    """The receipt as a C2SP tlog-proof, its leaf as `extra`."""
    extra = leaf_data(receipt.placement, receipt.record_id, receipt.signature_sha256)
    lines = ["c2sp.org/tlog-proof@v1", f"extra {base64.b64encode(extra).decode()}"]
    lines += [f"index {receipt.placement.position}"] + [base64.b64encode(node).decode() for node in receipt.path]
    return ("\n".join(lines) + "\n\n").encode() + receipt.checkpoint
