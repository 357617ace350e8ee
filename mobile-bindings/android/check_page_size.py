#!/usr/bin/python3
"""Every LOAD segment of each library lies so that a kernel with pages of 16 KiB can map it (Google Play asks for it).

    check_page_size.py FILE.so...
"""
import struct
import sys

PAGE = 16 * 1024
LOAD = 1


def segments(path):
    """(file offset, address, alignment) of each LOAD segment of a 64-bit little-endian ELF file."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        raise SystemExit(f"{path}: no 64-bit little-endian ELF file")
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for at in range(table, table + size * count, size):
        kind, _, offset, address, _, _, _, alignment = struct.unpack_from("<IIQQQQQQ", data, at)
        if kind == LOAD:
            yield offset, address, alignment


def main():
    wrong = 0
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for path in sys.argv[1:]:
        found = list(segments(path))
        bad = [each for each in found if each[2] % PAGE or each[2] == 0 or (each[0] - each[1]) % PAGE]
        wrong += len(bad) + (not found)
        print(f"{path}: {len(found)} LOAD segments, {len(bad)} not aligned to 16 KiB")
    return 1 if wrong else 0


sys.exit(main())
