#!/usr/bin/env python3
"""The shared library shows its six functions and nothing else, and none has changed since the last release.

  abi_test.py LIBRARY EXPORTS_MAP BASELINE

A release makes the baseline anew: `tests/compat/abi_test.py LIBRARY EXPORTS_MAP BASELINE --write`.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

LIBRARY, EXPORTS, BASELINE = (pathlib.Path(word) for word in sys.argv[1:4])
WHAT_COUNTS = ["--exported-interfaces-only", "--drop-private-types", "--no-elf-needed", "--no-corpus-path",
               "--no-comp-dir-path", "--no-show-locs"]


def output(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def described(library):
    return output("abidw", *WHAT_COUNTS, str(library))


class Abi(unittest.TestCase):
    def difference(self, now):
        """What abidiff says of the baseline and `now`; its exit code is 0 for no difference, 1 and 2 for its own errors."""
        with tempfile.NamedTemporaryFile("w", suffix=".abi") as file:
            file.write(now)
            file.flush()
            done = subprocess.run(["abidiff", str(BASELINE), file.name], capture_output=True, text=True)
        self.assertEqual(done.returncode & 3, 0, done.stderr)
        return done.returncode, done.stdout

    def test_exactly_the_listed_functions_are_visible(self):
        listed = re.search(r"global:([^:]*)local:", EXPORTS.read_text()).group(1)
        shown = output("nm", "-D", "--defined-only", str(LIBRARY)).splitlines()
        functions = {line.split()[-1].split("@")[0] for line in shown if " T " in line}
        others = [line for line in shown if " T " not in line and "QINGFENG_1" not in line]
        self.assertEqual(functions, set(re.findall(r"\w+", listed)))
        self.assertEqual(others, [])

    def test_nothing_released_has_changed(self):
        self.assertEqual(self.difference(described(LIBRARY)), (0, ""))

    def test_a_changed_function_is_caught(self):
        now = described(LIBRARY)
        code, said = self.difference(re.sub(r"(?s)(<function-decl name='qf_credit'.*?)<parameter [^\n]*name='count'/>\n", r"\1", now))
        self.assertNotEqual(code, 0)
        self.assertIn("qf_credit", said)

    def test_a_function_that_goes_is_caught(self):
        now = described(LIBRARY)
        gone = re.sub(r"(?s)<elf-symbol name='qf_cancel'.*?/>|<function-decl name='qf_cancel'.*?</function-decl>", "", now)
        code, said = self.difference(gone)
        self.assertNotEqual(code, 0)
        self.assertIn("qf_cancel", said)


if __name__ == "__main__":
    if sys.argv[4:] == ["--write"]:
        BASELINE.write_text(described(LIBRARY))
    else:
        unittest.main(argv=sys.argv[:1])
