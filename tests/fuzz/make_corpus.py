#!/usr/bin/python3
"""Makes the first inputs of the fuzzers record, exchange, answer, abi and connect, where chance alone would not get far.

Run at the root of the tree: /usr/bin/python3 tests/fuzz/make_corpus.py. Inputs that a run of fuzzing found stay beside these.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path("tests/fuzz/corpus")


def messages():
    folder = tempfile.mkdtemp()
    protos = [str(p.relative_to("proto")) for p in pathlib.Path("proto").rglob("*.proto")]
    subprocess.run(["protoc", "-I", "proto", f"--python_out={folder}", *protos], check=True)
    sys.path.insert(0, folder)


def write(fuzzer, name, data):
    folder = ROOT / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def headers(pb, clear):
    """One header of each kind, in a feed where it may stand, with a clear part if the kind has one."""
    feeds = {"REPORT": "office", "MESSAGE": "office", "INVITE": "roster", "ENROL": "roster", "GRANT": "inbox/" + "ab" * 32}
    fields = {field.name: field for field in clear.ClearPart.DESCRIPTOR.fields}
    for value in pb.Kind.DESCRIPTOR.values:
        name = value.name[len("KIND_"):]
        header = pb.Header(office_id=b"o" * 16, feed=feeds.get(name, "broadcast"), author=b"a" * 32, incarnation=b"i" * 8,
                           sequence=2, kind=value.number, item_id=b"t" * 16)
        if name.lower() in fields and fields[name.lower()].message_type:
            getattr(header.clear_part, name.lower()).SetInParent()
            for field in fields[name.lower()].message_type.fields:
                if field.type == field.TYPE_BYTES and field.label != field.LABEL_REPEATED:
                    setattr(getattr(header.clear_part, name.lower()), field.name, b"k" * 32)
        yield name.lower(), header


def connect():
    """Requests as a browser sends them, and nearly so."""
    def post(method, kind, body, *more):
        lines = [f"POST /t.S/{method} HTTP/1.1", "Host: h", "Connect-Protocol-Version: 1", f"Content-Type: {kind}",
                 f"Content-Length: {len(body)}", *more]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    text = b"\x0a\x02hi"
    enveloped = b"\0\0\0\0" + bytes([len(text)]) + text
    unary = post("Echo", "application/proto", text)
    write("connect", "unary", unary)
    write("connect", "unary_json", post("Echo", "application/json; charset=utf-8", b'"hi"'))
    write("connect", "stream", post("Twice", "application/connect+proto", enveloped))
    write("connect", "stream_json", post("Twice", "application/connect+json", b'\0\0\0\0\4"hi"'))
    write("connect", "timeout", post("Echo", "application/proto", text, "Connect-Timeout-Ms: 5"))
    write("connect", "pipelined", unary + b"GET /page?x=y HTTP/1.1\r\nHost: h\r\n\r\n" + unary)
    write("connect", "chunked", b"POST /t.S/Echo HTTP/1.1\r\nHost: h\r\nConnect-Protocol-Version: 1\r\n"
          b"Content-Type: application/proto\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n" + text + b"\r\n0\r\n\r\n")
    write("connect", "no_version", unary.replace(b"Connect-Protocol-Version: 1\r\n", b""))
    write("connect", "two_hosts", unary.replace(b"Host: h", b"Host: h\r\nHost: i"))
    write("connect", "envelope_too_long", post("Twice", "application/connect+proto", b"\0\xff\xff\xff\xff" + text))
    write("connect", "http_1_0", b"GET / HTTP/1.0\r\nHost: h\r\n\r\n")


def main():
    connect()
    messages()
    from qingfeng.record.v1 import clear_pb2 as clear
    from qingfeng.record.v1 import record_pb2 as pb
    from qingfeng.server.v1 import sync_pb2 as sync

    for number, vector in enumerate(json.load(open("tests/vectors/record.json"))["records"]):
        raw = pb.Record(header=bytes.fromhex(vector["header"]), signature=bytes.fromhex(vector["signature"]),
                        body=bytes.fromhex(vector["body"]))
        write("record", f"vector{number}", b"\x00\x00" + raw.SerializeToString())
    pushed = sync.ExchangeRequest()
    for name, header in headers(pb, clear):
        write("record", f"signed_{name}", b"\x01\x04body" + header.SerializeToString())
        request = sync.ExchangeRequest()
        request.push.add().record.CopyFrom(pb.Record(header=header.SerializeToString(), body=b"body"))
        pushed.push.add().CopyFrom(request.push[0])
        for who, choice in {"phone": 12, "desk": 14, "administrator": 13}.items():
            write("exchange", f"{who}_{name}", bytes([choice]) + request.SerializeToString())
    write("exchange", "everything", bytes([12]) + pushed.SerializeToString())
    # An office whose root is the key that fuzz_record signs with: chance does not meet its id.
    root = bytes.fromhex("af06a3e3291714e4f356c19c9b15cd1951ec6e6662aa77be07547f289383341d")
    genesis = pb.Header(office_id=hashlib.sha256(root).digest()[:16], feed="broadcast", author=b"a" * 32,
                        incarnation=b"i" * 8, sequence=1, kind=pb.KIND_GENESIS, item_id=b"t" * 16)
    genesis.clear_part.genesis.log_key = b"k" * 32
    genesis.clear_part.genesis.administrator.signing_key = b"d" * 32
    write("record", "genesis_by_the_root", b"\x01\x00" + genesis.SerializeToString())

    hello = sync.ExchangeRequest()
    hello.hello.protocol_revision = 1
    hello.hello.incarnation = b"i" * 8
    hello.hello.term = 1
    for feed in ("log", "broadcast", "office", "roster"):
        hello.hello.cursors.add(feed=feed, position=1)
    hello.hello.bodies_wanted.append(b"w" * 32)
    for choice in range(4):
        write("exchange", f"hello{choice}", bytes([choice]) + hello.SerializeToString())

    write("answer", "true", b"\x01")
    for place in range(0, 4000, 131):
        write("answer", f"changed{place}", bytes([1, place >> 8, place & 255, 7]))
    empty = b"\x00"
    write("answer", "empty", empty)

    def step(what, call, data=b""):
        return bytes([what, call, len(data)]) + data

    start = 64
    for method in range(16):
        for encoding, data in ((b"\x00", b""), (b"\x01", b"{}")):
            steps = step(start | method << 2, 2, data) + step(2 | 8, 2) + step(3 | 4, 2)
            write("abi", f"method{method}_{encoding.hex()}", encoding + steps)
    write("abi", "echo", b"\x01" + step(start, 2, b'{"payload": "aGVsbG8="}') * 3)
    write("abi", "stream", b"\x01" + step(start | 4, 3, b'{"payload": "aGVsbG8=", "count": 9}') + step(2 | 40, 3))
    write("abi", "bad", b"\x01" + step(start, 4, b"{") + step(start, 0, b"{}") + step(0, 5, b"{}"))


main()
