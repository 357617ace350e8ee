#!/usr/bin/python3
"""Writes invitation.json beside this file: invitations as text, and what their secrets stand for.

Written a second time from client-core/office/invitation.h and the numbers in client/v1/invitation.proto, with nothing
of the C++ code and no protobuf runtime. Bytes are hexadecimal, integers decimal text.
"""
import base64
import hashlib
import json
import pathlib

import sealing
from make_seal import bytes_of

HERE = pathlib.Path(__file__).resolve().parent


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def text_of(message):
    check = hashlib.sha256(b"qingfeng/invitation/1\0" + message).digest()[:4]
    return "QF1:" + base64.urlsafe_b64encode(message + check).decode().rstrip("=")


def invitation(name, address, authorities, term):
    root, log_key = bytes_of(f"{name}/root", 32), bytes_of(f"{name}/log", 32)
    identity, secret = bytes_of(f"{name}/id", 16), bytes_of(f"{name}/secret", 16)
    ders = [bytes_of(f"{name}/authority/{i}", 390) for i in range(authorities)]
    message = field(1, address.encode()) + b"".join(field(2, der) for der in ders)
    message += field(3, root) + field(4, log_key) + field(5, term) + field(6, identity) + field(7, secret)

    signing, opening = bytes_of(f"{name}/signing", 32), bytes_of(f"{name}/sealing", 32)
    token = sealing.hkdf(secret, identity, b"qingfeng/invitation-token/1\0", 16)
    mac_key = sealing.hkdf(secret, identity, b"qingfeng/invitation-mac/1\0", 32)
    mac = sealing.hmac_sha256(mac_key, b"qingfeng/enrol/1\0" + identity + token + signing + opening)
    return {"text": text_of(message), "message": message.hex(), "address": address,
            "tls_authorities": [der.hex() for der in ders], "root_key": root.hex(), "log_key": log_key.hex(),
            "log_term": str(term), "invitation_id": identity.hex(), "secret": secret.hex(),
            "office_id": hashlib.sha256(root).hexdigest()[:32], "token": token.hex(),
            "token_sha256": hashlib.sha256(token).hexdigest(), "mac_key": mac_key.hex(),
            "signing_key": signing.hex(), "sealing_key": opening.hex(), "mac": mac.hex()}


def refused():
    """Texts whose check is right and whose fields are not."""
    good = {1: b"office.example:8443", 2: bytes(300), 3: b"r" * 32, 4: b"l" * 32, 5: 1, 6: b"i" * 16, 7: b"s" * 16}
    cases = {"no address": {1: b""}, "no port": {1: b"office.example"}, "port 0": {1: b"office.example:0"},
             "control character": {1: b"office\x01.example:1"}, "no authority": {2: b""},
             "authority too large": {2: bytes(501)}, "short root": {3: b"r" * 31}, "term 0": {5: 0},
             "id of zeros": {6: bytes(16)}, "short secret": {7: b"s" * 15}}
    return [{"why": why, "text": text_of(b"".join(field(n, v) for n, v in {**good, **change}.items()))}
            for why, change in cases.items()]


def main():
    vectors = {"about": __doc__.splitlines()[0] + " See docs/protocol.md, Enrolment.",
               "invitations": [invitation("a", "203.0.113.7:8443", 1, 1),
                               invitation("b", "office.example:443", 2, 1 << 16 | 0xBEEF),
                               invitation("c", "[2001:db8::1]:65535", 1, 3)],
               "refused": refused()}
    (HERE / "invitation.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
