#!/usr/bin/python3
"""Writes call.json beside this file: signed calls, and calls that must be refused.

Bytes are hexadecimal, integers decimal text. Written from docs/protocol.md, "Calls", not from the C++.
"""
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).resolve().parent
EXCHANGE = "qingfeng.server.v1.SyncService/Exchange"
NOON = 1_767_225_600


def bytes_of(name, size):
    return hashlib.shake_256(b"call/" + name.encode()).digest(size)


def signed_string(office, method, seconds, random):
    counted = len(method).to_bytes(2, "big") + method.encode()
    return b"qingfeng/call/1\0" + office + counted + seconds.to_bytes(8, "big") + random


def call(name, method=EXCHANGE, seconds=NOON, office="office"):
    seed, office, random = bytes_of("seed/" + name, 32), bytes_of(office, 16), bytes_of("random/" + name, 16)
    key = Ed25519PrivateKey.from_private_bytes(seed)
    principal = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signed = signed_string(office, method, seconds, random)
    token = office + principal + seconds.to_bytes(8, "big") + random + key.sign(signed)
    assert len(token) == 136
    return {"name": name, "seed": seed.hex(), "principal": principal.hex(), "office": office.hex(), "method": method,
            "unix_seconds": str(seconds), "random": random.hex(), "signed": signed.hex(), "token": token.hex(),
            "now_seconds": str(seconds)}


def changed(case, **fields):
    return {**case, **fields}


def flipped(case, at):
    token = bytearray.fromhex(case["token"])
    token[at] ^= 1
    return changed(case, token=bytes(token).hex())


def main():
    good = [call("exchange"), call("one letter", method="m"), call("128 letters", method="m" * 128),
            call("1970", seconds=0), call("the last second", seconds=2**64 - 1)]
    plain = good[0]
    accepted = good + [
        changed(plain, name="300 s old", now_seconds=str(NOON + 300)),
        changed(plain, name="300 s early", now_seconds=str(NOON - 300))]
    # What stands at each offset: office 0, principal 16, seconds 48, random 56, signature 72.
    refused = [
        changed(plain, name="empty", token="", reason="FRAME"),
        changed(plain, name="a byte short", token=plain["token"][:-2], reason="FRAME"),
        changed(plain, name="a byte long", token=plain["token"] + "00", reason="FRAME"),
        changed(plain, name="a method of 129 letters", method="m" * 129, reason="FRAME"),
        changed(plain, name="another office", office=bytes_of("other", 16).hex(), reason="OFFICE"),
        changed(flipped(plain, 0), name="the office changed", reason="OFFICE"),
        changed(plain, name="301 s old", now_seconds=str(NOON + 301), reason="CLOCK"),
        changed(plain, name="301 s early", now_seconds=str(NOON - 301), reason="CLOCK"),
        changed(flipped(plain, 48), name="the time changed by far", reason="CLOCK"),
        changed(flipped(plain, 55), name="the time changed by a second", reason="SIGNATURE"),
        changed(flipped(plain, 16), name="the principal changed", reason="SIGNATURE"),
        changed(flipped(plain, 56), name="the random bytes changed", reason="SIGNATURE"),
        changed(flipped(plain, 72), name="the signature changed", reason="SIGNATURE"),
        changed(flipped(plain, 135), name="the signature's end changed", reason="SIGNATURE"),
        changed(plain, name="another method", method="qingfeng.server.v1.BlobService/Read", reason="SIGNATURE"),
        changed(plain, name="a slash before the method", method="/" + EXCHANGE, reason="SIGNATURE")]
    vectors = {
        "about": __doc__.splitlines()[0] + " token = office (16) | principal (32) | unix_seconds (8) | random (16) | "
                 "signature (64); signed = 'qingfeng/call/1' 00 | office | length of method (2) | method | "
                 "unix_seconds (8) | random. See docs/protocol.md, Calls.",
        "accepted": accepted, "refused": refused}
    (HERE / "call.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
