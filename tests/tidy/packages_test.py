#!/usr/bin/env python3
"""The table of packages for phones: each pinned by version, an https address that names it, and a SHA-256.

  packages_test.py ROOT

Holds mobile-bindings/dependencies/packages.cmake, that CMakeLists.txt beside it builds each package of the table and no other,
and that docs/bindings.md, "Dependencies", names each with the same version.
"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
FOLDER = ROOT / "mobile-bindings/dependencies"
FIELDS = {"VERSION", "URL", "SHA256"}


def packages(table):
    """Name and fields of each qf_package(…)."""
    code = re.sub(r"(?m)#.*$", "", table)
    for name, body in re.findall(r"qf_package\(([\w-]+)\s([^)]*)\)", code):
        yield name, dict(re.findall(r"(VERSION|URL|SHA256|REPACKED)\s+(\S+(?:\s+[0-9a-f]+)?)", body))


def complaints(table, build, document):
    """What does not hold."""
    said, found = [], list(packages(table))
    names = [name for name, _ in found]
    built = re.findall(r"(?m)^qf_(?:build|cmake)\(([\w-]+)", build)
    said += [f"{name} is there twice" for name in sorted(set(names)) if names.count(name) > 1]
    said += [f"{name} is built by nothing" for name in names if name not in built]
    said += [f"{name} is not in the table" for name in built if name not in names]
    for name, fields in found:
        said += [f"{name} has no {field}" for field in sorted(FIELDS - fields.keys())]
        version, address = fields.get("VERSION", ""), fields.get("URL", "")
        if not re.fullmatch(r"\d[\w.-]*", version):
            said.append(f"{name}: {version!r} is no version")
        if not re.fullmatch(r"https://[\w./-]+", address) or version not in address:
            said.append(f"{name}: {address!r} is no https address of that version")
        if not re.fullmatch(r"[0-9a-f]{64}", fields.get("SHA256", "")):
            said.append(f"{name}: its hash is no SHA-256")
        if "REPACKED" in fields and not re.fullmatch(r"\S+\.orig\.tar\.\w+\s+[0-9a-f]{64}", fields["REPACKED"]):
            said.append(f"{name}: REPACKED wants a file and its SHA-256")
        if f"{name} {version}" not in document:
            said.append(f"{name} {version} is not in docs/bindings.md")
    return said


class Packages(unittest.TestCase):
    def setUp(self):
        self.table = (FOLDER / "packages.cmake").read_text()
        self.build = (FOLDER / "CMakeLists.txt").read_text()
        self.document = (ROOT / "docs/bindings.md").read_text()

    def said(self, old="", new=""):
        self.assertIn(old, self.table)
        return complaints(self.table.replace(old, new, 1), self.build, self.document)

    def test_each_is_pinned(self):
        self.assertEqual(self.said(), [])

    def test_a_package_that_is_left_out_is_caught(self):
        self.assertEqual(self.said("qf_package(zlib", "left_out(zlib"), ["zlib is not in the table"])

    def test_a_short_hash_is_caught(self):
        hash_of = dict(packages(self.table))["zlib"]["SHA256"]
        self.assertEqual(self.said(hash_of, hash_of[1:]), ["zlib: its hash is no SHA-256"])

    def test_an_address_of_another_version_is_caught(self):
        self.assertEqual(self.said("download/v1.5.7/zstd-1.5.7", "download/v1.5.6/zstd-1.5.6"),
                         ["zstd: 'https://github.com/facebook/zstd/releases/download/v1.5.6/zstd-1.5.6.tar.gz' is no https address of that version"])

    def test_a_version_that_is_not_documented_is_caught(self):
        self.assertEqual(complaints(self.table, self.build, self.document.replace("grpc 1.51.1", "grpc 1.50")),
                         ["grpc 1.51.1 is not in docs/bindings.md"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
