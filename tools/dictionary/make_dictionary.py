#!/usr/bin/python3
"""Makes common/sealing/dictionary_1.bin: 16 KiB, number 1, from 6,000 invented contents.

    tools/dictionary/make_dictionary.py OUT

The contents are encoded as the contract has them. Needs protoc, python3-protobuf and zstd. Dictionary 1 is part of
the format: once a program with it is released it never changes, and what this script makes then becomes dictionary 2.
"""
import pathlib
import random
import subprocess
import sys
import tempfile

import words

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = 6000
SIZE_BYTES = 16 * 1024


def load_contract(folder):
    protos = sorted(str(p) for p in (ROOT / "proto").rglob("*.proto"))
    subprocess.run(["protoc", "-I", str(ROOT / "proto"), "--python_out", folder, *protos], check=True)
    sys.path.insert(0, folder)
    from qingfeng.content.v1 import content_pb2
    return content_pb2.Content


def pick(rng, zh, en, chinese):
    return rng.choice(zh if chinese else en)


def sentence(rng, chinese, template=None):
    text = template or pick(rng, words.SENTENCES_ZH, words.SENTENCES_EN, chinese)
    return text.format(where=pick(rng, words.WHERE_ZH, words.WHERE_EN, chinese),
                       when=pick(rng, words.WHEN_ZH, words.WHEN_EN, chinese),
                       post=pick(rng, words.POSTS_ZH, words.POSTS_EN, chinese),
                       place=pick(rng, words.TOWNSHIPS_ZH, words.TOWNSHIPS_EN, chinese))


def paragraph(rng, chinese, most):
    return ("" if chinese else " ").join(sentence(rng, chinese) for _ in range(rng.randint(1, most)))


def attach(rng, attachment):
    media_type, name = rng.choice(words.MEDIA)
    attachment.sha256 = rng.randbytes(32)
    attachment.key = rng.randbytes(32)
    attachment.plain_sha256 = rng.randbytes(32)
    attachment.name = name % rng.randint(1, 9999)
    attachment.media_type = media_type
    attachment.size_bytes = rng.randint(20_000, 3_000_000)


def report(rng, chinese, out):
    violation = rng.choice(words.VIOLATIONS)
    out.violation = violation[0]
    out.township = pick(rng, words.TOWNSHIPS_ZH, words.TOWNSHIPS_EN, chinese)
    out.stage = rng.randint(0, 5)
    out.title = sentence(rng, chinese, pick(rng, words.TITLES_ZH, words.TITLES_EN, chinese))
    out.what = paragraph(rng, chinese, 8) + violation[1 if chinese else 2]
    out.when = pick(rng, words.WHEN_ZH, words.WHEN_EN, chinese)
    out.where = pick(rng, words.WHERE_ZH, words.WHERE_EN, chinese)
    for _ in range(rng.choice((0, 1, 1, 2))):
        person = out.people.add()
        person.post = pick(rng, words.POSTS_ZH, words.POSTS_EN, chinese)
        person.unit = pick(rng, words.TOWNSHIPS_ZH, words.TOWNSHIPS_EN, chinese)
    out.evidence = sentence(rng, chinese)
    for _ in range(rng.choice((0, 0, 1, 2))):
        attach(rng, out.attachments.add())
    if rng.random() < 0.15:
        out.on_the_spot.stopped_at_us = 1_700_000_000_000_000 + rng.randint(0, 10**14)
        out.on_the_spot.what = sentence(rng, chinese)
    out.channel = rng.randint(1, 6)
    out.filed_at_us = 1_700_000_000_000_000 + rng.randint(0, 10**14)
    out.client_version = rng.choice(("0.1.0", "0.2.0", "1.0.0"))


def message(rng, chinese, out):
    out.report_author = rng.randbytes(32)
    out.report_item_id = rng.randbytes(16)
    from_office = rng.random() < 0.5
    office = pick(rng, words.OFFICE_ZH, words.OFFICE_EN, chinese)
    out.text = office if from_office else paragraph(rng, chinese, 3)
    out.written_at_us = 1_700_000_000_000_000 + rng.randint(0, 10**14)
    if rng.random() < 0.2:
        attach(rng, out.attachments.add())


def samples(content_type):
    rng = random.Random(1)
    for _ in range(SAMPLES):
        content = content_type()
        chinese = rng.random() < 0.6
        if rng.random() < 0.75:
            report(rng, chinese, content.report)
        else:
            message(rng, chinese, content.message)
        yield content.SerializeToString(deterministic=True)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        content_type = load_contract(folder)
        texts = pathlib.Path(folder, "samples")
        texts.mkdir()
        for number, text in enumerate(samples(content_type)):
            (texts / f"{number:05}").write_bytes(text)
        subprocess.run(["zstd", "--train", "-q", "-f", "-r", str(texts), f"--maxdict={SIZE_BYTES}",
                        "--dictID=1",
                        "-o", sys.argv[1]], check=True)


if __name__ == "__main__":
    main()
