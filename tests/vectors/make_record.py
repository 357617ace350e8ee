"""Writes record.json beside this file: a header field by field, its bytes, record id and signature. Standard library and
`cryptography` only; the header is encoded by hand, as Protocol Buffers say. docs/protocol.md, "Bytes", Record."""
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LABEL = b"qingfeng/record/1\0"


def varint(value):
    out = b""
    while True:
        byte, value = value & 0x7F, value >> 7
        out += bytes([byte | (0x80 if value else 0)])
        if not value:
            return out


def number(field, value):
    return varint(field << 3) + varint(value) if value else b""


def data(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value if value else b""


def case(name, seed, feed, sequence, kind, body, reference=b"", blobs=()):
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    author = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    fields = {
        "office_id": bytes(range(16)), "feed": feed, "author": author, "incarnation": bytes(range(8)), "sequence": sequence,
        "kind": kind, "item_id": bytes(range(16, 32)), "reference": reference, "body": body,
    }
    header = data(1, fields["office_id"]) + data(2, feed.encode()) + data(3, author) + data(4, fields["incarnation"])
    header += number(5, sequence) + number(6, kind) + data(7, fields["item_id"]) + data(8, reference)
    if body:
        header += data(9, hashlib.sha256(body).digest()) + number(10, len(body))
    for digest, size in blobs:
        header += data(11, data(1, digest) + number(2, size))
    out = {k: v.hex() if isinstance(v, bytes) else str(v) for k, v in fields.items()}
    out.update(name=name, seed=(bytes([seed]) * 32).hex(), blobs=[{"sha256": d.hex(), "size_bytes": str(n)} for d, n in blobs],
               header=header.hex(), record_id=hashlib.sha256(LABEL + header).hexdigest(), signature=key.sign(LABEL + header).hex())
    return out


def main():
    cases = [
        case("a report with two files", 1, "office", 1, 100, b"\x01" + bytes(100), blobs=[(bytes([7]) * 32, 65_552), (bytes([8]) * 32, 1)]),
        case("a message to a device", 2, "inbox/" + "ab" * 32, 300, 101, b"\x02 body", reference=bytes([9]) * 32),
        case("a sequence that holds nothing", 3, "office", 2**40, 16, b""),
    ]
    about = "Writes record.json beside this file: see docs/protocol.md, Bytes, Record."
    path = pathlib.Path(__file__).with_name("record.json")
    path.write_text(json.dumps({"about": about, "records": cases}, indent=1) + "\n")


main()
