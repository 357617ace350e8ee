#!/usr/bin/python3
"""Writes seal.json beside this file: bodies, frames, codes and shares, and all that went into them.

Bytes are hexadecimal, integers decimal text, since not every reader of JSON keeps 64 bits whole. `draws` is what
the generator of random bytes gave, in order. Needs python3-cryptography and python3-zstandard.
"""
import hashlib
import json
import pathlib

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import sealing

HERE = pathlib.Path(__file__).resolve().parent


def bytes_of(name, size):
    """Bytes that anybody can make again: SHA-256 of a name and a counter."""
    out = b"".join(hashlib.sha256(f"{name}/{at}".encode()).digest() for at in range(size // 32 + 1))
    return out[:size]


class Draws:
    def __init__(self, name):
        self.name, self.given = name, b""

    def __call__(self, size):
        more = bytes_of(f"{self.name}/{len(self.given)}", size)
        self.given += more
        return more


# RFC 9180, appendix A.2.1.
RFC = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "skEm": "f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600",
    "pkEm": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
    "skRm": "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
    "pkRm": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
    "shared_secret": "0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7",
    "key": "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91",
    "base_nonce": "5c4d98150661b848853b547f",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "encryptions": [
        {"sequence": str(sequence), "aad": (b"Count-%d" % sequence).hex(), "ct": ct}
        for sequence, ct in (
            (0, "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"),
            (1, "6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c"),
            (2, "71146bd6795ccc9c49ce25dda112a48f202ad220559502cef1f34271e0cb4b02b4f10ecac6f48c32f878fae86b"),
            (4, "63357a2aa291f5a4e5f27db6baa2af8cf77427c7c1a909e0b37214dd47db122bb153495ff0b02e9e54a50dbe16"),
            (255,
             "18ab939d63ddec9f6ac2b60d61d36a7375d2070c9b683861110757062c52b8880a5f6b3936da9cd6c23ef2a95c"),
            (256,
             "7a4a13e9ef23978e2c520fd4d2e757514ae160cd0cd05e556ef692370ca53076214c0c40d4c728d6ed9e727a5b"))],
}


def check_rfc():
    h = {name: bytes.fromhex(value) for name, value in RFC.items() if isinstance(value, str)}
    shared = sealing.shared_secret(h["skEm"], h["pkRm"], h["pkEm"], h["pkRm"])
    key, nonce = sealing.schedule(shared, h["info"])
    assert (shared, key, nonce) == (h["shared_secret"], h["key"], h["base_nonce"])
    for one in RFC["encryptions"]:
        at = (int.from_bytes(nonce, "big") ^ int(one["sequence"])).to_bytes(12, "big")
        assert ChaCha20Poly1305(key).encrypt(at, h["pt"], bytes.fromhex(one["aad"])).hex() == one["ct"]


def context(name, feed, kind, reference=b""):
    return {"office": bytes_of("office", 16), "feed": feed, "author": bytes_of(f"{name}/author", 32),
            "kind": kind,
            "item": bytes_of(f"{name}/item", 16), "reference": reference}


def body(name, where, frame, readers, hidden):
    draws = Draws(name)
    secrets = [bytes_of(reader, 32) for reader in readers]
    publics = [sealing.public_of(secret) for secret in secrets]
    sealed = sealing.seal_body(draws, where, frame, publics, hidden)
    for secret in secrets:
        assert sealing.open_body(where, sealed, [secret]) == frame
    return {"name": name, **{field: value.hex() if isinstance(value, bytes) else str(value)
                             for field, value in where.items()},
            "readers": [{"secret": secret.hex(), "public": public.hex(),
                         "key_id": sealing.key_id(public).hex()}
                        for secret, public in zip(secrets, publics)],
            "key_ids": "hidden" if hidden else "shown", "draws": draws.given.hex(), "frame": frame.hex(),
            "body": sealed.hex()}


def public():
    frame = frame_of(REPORT, None)
    return {"frame": frame.hex(), "body": (b"\0" + frame).hex()}


def bodies():
    report = frame_of(REPORT, None)
    letter = frame_of(b"a part of a private report", None)
    return [
        body("office", context("office", "office", 100), report, ["epoch/1"], False),
        body("reference", context("reference", "office", 101, bytes_of("report", 32)), report, ["epoch/1"],
             False),
        body("letter", context("letter", "letters", 12), letter.ljust(4096 - 57, b"\0"), ["epoch/1"], True),
        body("inbox", context("inbox", "inbox/" + "5a" * 32, 2**64 - 1), report, ["device/1", "epoch/1"],
             False),
        body("reply", context("reply", "replies", 13), letter.ljust(4096 - 226, b"\0"),
             ["thread/1", "epoch/1"], True),
        body("eight", context("eight", "roster", 9), report, [f"administrator/{at}" for at in range(8)],
             False),
        body("empty frame", context("empty", "office", 100), b"", ["epoch/1"], False),
    ]


REPORT = ("violation: ban.canvassing\n" "严禁拉票贿选：推荐大会前一天，有人受候选人委托给代表送烟酒和购物卡。\n" * 3).encode()


def frame_of(content, dictionary):
    return zstandard.ZstdCompressor(level=3, dict_data=dictionary, write_content_size=True,
                                    write_checksum=False).compress(content)


def frames():
    dictionary = zstandard.ZstdCompressionDict((HERE / "../../common/sealing/dictionary_1.bin").read_bytes())
    assert dictionary.dict_id() == 1
    return [{"content": content.hex(), "dictionary": str(number), "frame": frame_of(content, trained).hex()}
            for content in (b"", b"a", REPORT) for number, trained in ((0, None), (1, dictionary))]


def ed25519_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw)


def derived(seed, secret):
    return {"signing_seed": seed.hex(), "signing_public": ed25519_public(seed).hex(),
            "sealing_secret": secret.hex(),
            "sealing_public": sealing.public_of(secret).hex()}


def codes():
    out = []
    for code in (bytes(13), b"\xff" * 12 + b"\xf0", bytes_of("code/1", 12) + b"\x50",
                 bytes_of("code/2", 12) + b"\xa0"):
        office = bytes_of("office", 16)
        keys = sealing.seed_and_secret(code, office, b"qingfeng/thread-keys/1\0")
        out.append({"code": code.hex(), "text": sealing.paper_text(code, 1), "office": office.hex(),
                    **derived(*keys)})
    return out


def kits():
    out = []
    for name in ("kit/1", "kit/2"):
        draws, secret = Draws(name), bytes_of(name, 32)
        texts = [sealing.paper_text(share, 6) for share in sealing.shares(draws, secret)]
        keys = sealing.seed_and_secret(secret, b"", b"qingfeng/kit-keys/1\0")
        out.append({"secret": secret.hex(), "draws": draws.given.hex(), "shares": texts, **derived(*keys)})
    return out


def main():
    check_rfc()
    sizes = [0, 1, 2, 7, 8, 9, 100, 1000, 1023, 1024, 1025, 4095, 65535, 65537, 200_000, 10**6, 2**31 - 1,
             2**40 + 1]
    vectors = {"about": __doc__.splitlines()[0] + " See docs/protocol.md and common/sealing/format.h.",
               "hpke": RFC, "public": public(), "bodies": bodies(), "frames": frames(), "codes": codes(),
               "kits": kits(),
               "padme": [{"size": str(size), "padded": str(sealing.padme(size))} for size in sizes]}
    (HERE / "seal.json").write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n",
                                    encoding="utf-8")


if __name__ == "__main__":
    main()
