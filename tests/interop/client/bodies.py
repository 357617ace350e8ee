"""Content inside frames inside bodies, and files. docs/protocol.md, "Bodies" and "Files"."""
import os

import sealing
import zstandard

from client import ROOT, check
from client import messages as qf
from client.records import sha256

FRAME_BYTES_MAX = 1024 * 1024


def context_of(header):
    """What a seal is bound to."""
    return {"office": header.office_id, "feed": header.feed, "author": header.author, "kind": header.kind,
            "item": header.item_id, "reference": header.reference}


def padded_frame(content, overhead):
    compressor = zstandard.ZstdCompressor(write_content_size=True, write_checksum=False)
    frame = compressor.compress(content.SerializeToString())
    return frame.ljust(sealing.padme(overhead + len(frame)) - overhead, b"\0")


def public_body(content):
    return b"\0" + padded_frame(content, 1)


def sealed_body(content, header, readers):
    """Sealed to each of `readers` (X25519 public keys), their key ids shown, padded as named records are."""
    overhead = 57 if len(readers) == 1 else 50 + 88 * len(readers)
    return sealing.seal_body(os.urandom, context_of(header), padded_frame(content, overhead), readers, False)


def content_of_frame(frame):
    size = zstandard.frame_content_size(frame)
    check(0 <= size <= FRAME_BYTES_MAX, "a frame does not state its size, or is too large")
    dictionary = None
    if zstandard.get_frame_parameters(frame).dict_id == 1:
        dictionary = zstandard.ZstdCompressionDict((ROOT / "common/sealing/dictionary_1.bin").read_bytes())
    reader = zstandard.ZstdDecompressor(dict_data=dictionary).decompressobj()
    content = reader.decompress(frame)
    check(len(content) == size and not reader.unused_data.strip(b"\0"), "a frame is not what it states")
    return content


def open_body(header, body, secrets):
    """The Content of a body, opened with whichever of `secrets` (X25519) is a reader's; None if none is."""
    frame = sealing.open_body(context_of(header), body, secrets)
    if frame is None:
        return None
    content = qf.content.Content()
    content.ParseFromString(content_of_frame(frame))
    return content


def sealed_file(name, media_type, data):
    """(sealed bytes, Attachment): the blob, and what readers of the content learn of it."""
    key = os.urandom(32)
    sealed = sealing.stream_seal(key, sealing.blob_plaintext(data))
    return sealed, qf.report.Attachment(sha256=sha256(sealed), key=key, name=name, media_type=media_type,
                                        size_bytes=len(data), plain_sha256=sha256(data))


def open_file(attachment, sealed):
    check(sha256(sealed) == attachment.sha256, "a blob's digest")
    plaintext = sealing.stream_open(attachment.key, sealed)
    size = int.from_bytes(plaintext[:8], "big")
    data = plaintext[8:8 + size]
    same = size == attachment.size_bytes and sha256(data) == attachment.plain_sha256
    check(same, "a file is not what its record says")
    return data
