"""Sealing, written a second time from docs/protocol.md with python3-cryptography and nothing of the C++ code.

make_seal.py and make_blob.py write the vectors with it; a client in Python can import it to seal and to open.
Randomness is taken from `draw(size)`, so that vectors can say what was drawn.
"""
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CHUNK = 64 * 1024
TAG = 16
HIDDEN = bytes(8)


def number(value, size=8):
    return value.to_bytes(size, "big")


def counted(value):
    return number(len(value), 2) + value


# --- HKDF (RFC 5869) and HPKE (RFC 9180)

def hmac_sha256(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf_expand(key, info, size):
    out, block = b"", b""
    while len(out) < size:
        block = hmac_sha256(key, block + info + bytes([len(out) // 32 + 1]))
        out += block
    return out[:size]


def hkdf(input_key, salt, info, size):
    return hkdf_expand(hmac_sha256(salt, input_key), info, size)


KEM = b"KEM" + number(0x20, 2)
HPKE = b"HPKE" + number(0x20, 2) + number(1, 2) + number(3, 2)


def labeled_extract(suite, salt, label, input_key):
    return hmac_sha256(salt, b"HPKE-v1" + suite + label + input_key)


def labeled_expand(suite, key, label, info, size):
    return hkdf_expand(key, number(size, 2) + b"HPKE-v1" + suite + label + info, size)


def public_of(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw)


def shared_secret(secret, other, enc, recipient):
    dh = X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(other))
    extracted = labeled_extract(KEM, b"", b"eae_prk", dh)
    return labeled_expand(KEM, extracted, b"shared_secret", enc + recipient, 32)


def schedule(shared, info):
    context = (b"\0" + labeled_extract(HPKE, b"", b"psk_id_hash", b"")
               + labeled_extract(HPKE, b"", b"info_hash", info))
    secret = labeled_extract(HPKE, shared, b"secret", b"")
    return (labeled_expand(HPKE, secret, b"key", context, 32),
            labeled_expand(HPKE, secret, b"base_nonce", context, 12))


def hpke_seal(draw, recipient, info, associated, plaintext):
    ephemeral = draw(32)
    enc = public_of(ephemeral)
    key, nonce = schedule(shared_secret(ephemeral, recipient, enc, recipient), info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plaintext, associated)


def hpke_open(secret, info, associated, sealed):
    enc, ciphertext = sealed[:32], sealed[32:]
    key, nonce = schedule(shared_secret(secret, enc, enc, public_of(secret)), info)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, associated)


# --- Bodies. A context is a dict: office, feed (text), author, kind (number), item, reference.

def key_id(public):
    return hashlib.sha256(public).digest()[:8]


def associated_of(suite, context, key):
    return (bytes([suite]) + context["office"] + counted(context["feed"].encode()) + context["author"]
            + number(context["kind"]) + context["item"] + counted(context["reference"]) + key)


def info_of(context):
    return b"qingfeng/seal/1\0" + context["office"]


def seal_slot(draw, suite, context, plaintext, recipient, hidden):
    name = key_id(recipient)
    sealed = hpke_seal(draw, recipient, info_of(context), associated_of(suite, context, name), plaintext)
    return (HIDDEN if hidden else name) + sealed


def content_keys(content_key):
    both = hkdf(content_key, b"", b"qingfeng/content/1\0", 64)
    return both[:32], both[32:]


def seal_body(draw, context, frame, recipients, hidden):
    if len(recipients) == 1:
        return b"\1" + seal_slot(draw, 1, context, frame, recipients[0], hidden)
    content_key = draw(32)
    commitment, key = content_keys(content_key)
    slots = b"".join(seal_slot(draw, 2, context, content_key, recipient, hidden) for recipient in recipients)
    ciphertext = ChaCha20Poly1305(key).encrypt(bytes(12), frame, associated_of(2, context, HIDDEN))
    return b"\2" + bytes([len(recipients)]) + slots + commitment + ciphertext


def open_slot(suite, context, slot, secrets):
    for secret in secrets:
        name = key_id(public_of(secret))
        if slot[:8] in (name, HIDDEN):
            try:
                return hpke_open(secret, info_of(context), associated_of(suite, context, name), slot[8:])
            except InvalidTag:
                if slot[:8] != HIDDEN:
                    raise
    return None


def open_body(context, body, secrets):
    """The padded frame; None when no secret is a reader's; InvalidTag when it does not open."""
    if body[0] == 0:
        return body[1:]
    if body[0] == 1:
        return open_slot(1, context, body[1:], secrets)
    end = 2 + body[1] * 88
    for at in range(2, end, 88):
        content_key = open_slot(2, context, body[at:at + 88], secrets)
        if content_key is not None:
            commitment, key = content_keys(content_key)
            if commitment != body[end:end + 32]:
                raise InvalidTag
            associated = associated_of(2, context, HIDDEN)
            return ChaCha20Poly1305(key).decrypt(bytes(12), body[end + 32:], associated)
    return None


# --- Blobs

def padme(size):
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (size + mask) & ~mask


def chunk_nonce(index, last):
    return number(index, 11) + bytes([last])


def stream_seal(key, plaintext):
    pieces = [plaintext[at:at + CHUNK] for at in range(0, len(plaintext), CHUNK)] or [b""]
    return b"".join(ChaCha20Poly1305(key).encrypt(chunk_nonce(index, index == len(pieces) - 1), piece, b"")
                    for index, piece in enumerate(pieces))


def stream_open(key, sealed):
    pieces = [sealed[at:at + CHUNK + TAG] for at in range(0, len(sealed), CHUNK + TAG)] or [b""]
    out = b""
    for index, piece in enumerate(pieces):
        if len(piece) < TAG or (len(piece) == TAG and index > 0):
            raise InvalidTag
        out += ChaCha20Poly1305(key).decrypt(chunk_nonce(index, index == len(pieces) - 1), piece, b"")
    return out


def blob_plaintext(data):
    plaintext = number(len(data)) + data
    return plaintext.ljust(padme(len(plaintext)), b"\0")


# --- Paper

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def times_x(value):
    value <<= 1
    return value ^ 0x25 if value & 0x20 else value


def paper_text(secret, lines):
    bits = int.from_bytes(secret, "big") >> (len(secret) * 8 - 100 * lines)
    out = []
    for line in range(lines):
        values = [bits >> (5 * (20 * lines - 1 - at)) & 31 for at in range(20 * line, 20 * line + 20)]
        check = line
        for value in values:
            check = times_x(check) ^ value
        text = "".join(SYMBOLS[value] for value in [*values, times_x(check)])
        out.append("-".join(text[at:at + 3] for at in range(0, 21, 3)))
    return "\n".join(out)


def seed_and_secret(input_key, salt, label):
    both = hkdf(input_key, salt, label, 64)
    return both[:32], both[32:]


def shares(draw, secret):
    def xor(a, b):
        return bytes(x ^ y for x, y in zip(a, b))
    own = [draw(32) for _ in range(3)]
    kit = hashlib.sha256(b"qingfeng/kit/1\0" + secret).digest()[:5]
    out = []
    for at in range(3):
        share = bytes([1, at + 1]) + kit + own[at] + xor(secret, own[at - 1])
        out.append(share + hashlib.sha256(b"qingfeng/share/1\0" + share).digest()[:4])
    return out
