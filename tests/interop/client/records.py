"""Records: making, signing, checking. docs/protocol.md, "Record"."""
import hashlib

from client import check
from client import messages as qf
from client.keys import verifies

LABEL = b"qingfeng/record/1\0"
HEADER_BYTES_MAX = 4 * 1024
BODY_BYTES_MAX = 256 * 1024
Kind = qf.record.Kind


def sha256(data):
    return hashlib.sha256(data).digest()


def office_id_of(root_key):
    return sha256(root_key)[:16]


def record_id(header_bytes):
    return sha256(LABEL + header_bytes)


def signed(key, header_bytes, body=b""):
    return qf.record.Record(header=header_bytes, signature=key.sign(LABEL + header_bytes), body=body)


def header_of(record):
    header = qf.record.Header()
    header.ParseFromString(record.header)
    return header


def checked_header(record, office_id):
    """The header of a record whose signature, lengths and body are right; Unverified otherwise."""
    check(len(record.header) <= HEADER_BYTES_MAX and len(record.body) <= BODY_BYTES_MAX, "a record is over its bounds")
    header = header_of(record)
    check(header.office_id == office_id, "a record is another office's")
    lengths = (len(header.author), len(header.incarnation), len(header.item_id))
    check(lengths == (32, 8, 16) and len(header.reference) in (0, 32) and header.sequence >= 1, "a header's lengths")
    check(verifies(header.author, record.signature, LABEL + record.header), "a record's signature")
    if record.body:
        body = (header.body_sha256, header.body_size_bytes)
        check(body == (sha256(record.body), len(record.body)), "a record's body")
    return header
