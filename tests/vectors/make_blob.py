#!/usr/bin/python3
"""Writes blob.json beside this file: sealed blobs, whole where they are small, else by SHA-256.

Bytes are hexadecimal, integers decimal text. Byte i of every blob's data is i mod 251. With `--age FOLDER` it writes
nothing, but opens the published vectors of age's STREAM (`age/testdata` of C2SP's community vectors) with the same
code and compares what they expect.
"""
import hashlib
import json
import pathlib
import sys
import zlib

from cryptography.exceptions import InvalidTag

import sealing
from make_seal import bytes_of

HERE = pathlib.Path(__file__).resolve().parent


def blob(size):
    key, data = bytes_of(f"blob/{size}", 32), bytes(at % 251 for at in range(size))
    sealed = sealing.stream_seal(key, sealing.blob_plaintext(data))
    assert sealing.stream_open(key, sealed)[8:8 + size] == data
    out = {"key": key.hex(), "true_size": str(size), "sealed_size": str(len(sealed)),
           "sealed_sha256": hashlib.sha256(sealed).hexdigest()}
    return {**out, "sealed": sealed.hex()} if size <= 300 else out


def check_age(folder):
    """Whoever has the file key can check the payload without the header's stanzas."""
    checked = 0
    for path in sorted(pathlib.Path(folder).glob("stream_*")):
        head, _, rest = path.read_bytes().partition(b"\n\n")
        says = dict(line.split(": ", 1) for line in head.decode().splitlines())
        if says["expect"] not in ("success", "payload failure"):
            continue
        file = zlib.decompress(rest) if says.get("compressed") == "zlib" else rest
        payload = file[file.index(b"\n", file.index(b"\n--- ") + 1) + 1:]
        key = sealing.hkdf(bytes.fromhex(says["file key"]), payload[:16], b"payload", 32)
        try:
            plaintext = sealing.stream_open(key, payload[16:])
            good = (says["expect"] == "success" and hashlib.sha256(plaintext).hexdigest() == says["payload"]
                    and sealing.stream_seal(key, plaintext) == payload[16:])
        except InvalidTag:
            good = says["expect"] == "payload failure"
        assert good, path.name
        checked += 1
    print(f"{checked} vectors agree")


def main():
    if sys.argv[1:2] == ["--age"]:
        check_age(sys.argv[2])
        return
    sizes = [0, 1, 24, 100, 300, 65527, 65528, 65529, 131_064, 200_000, 1_000_000]
    vectors = {"about": __doc__.splitlines()[0] + " See docs/protocol.md, Blobs.",
               "blobs": [blob(size) for size in sizes]}
    (HERE / "blob.json").write_text(json.dumps(vectors, indent=1) + "\n")


if __name__ == "__main__":
    main()
