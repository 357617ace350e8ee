#!/usr/bin/env python3
"""The contract in proto/ keeps to its rules and to what was released before (proto/buf.yaml says which rules).

  contract_test.py BUF PROTO_FOLDER BASELINE

A release makes the baseline anew: `buf build proto --exclude-source-info -o tests/compat/baseline.binpb`.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUF, PROTO, BASELINE = sys.argv[1:4]


def buf(*words, folder):
    done = subprocess.run([BUF, *words], cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class Contract(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp()) / "proto"
        shutil.copytree(PROTO, self.folder)
        self.addCleanup(shutil.rmtree, self.folder.parent)

    def change(self, name, old, new):
        path = self.folder / name
        text = path.read_text()
        self.assertEqual(text.count(old), 1, f"{old!r} in {name}")
        path.write_text(text.replace(old, new))

    def breaking(self):
        return buf("breaking", ".", "--against", BASELINE, folder=self.folder)

    def test_lint(self):
        self.assertEqual(buf("lint", ".", folder=self.folder), (0, ""))

    def test_nothing_released_is_broken(self):
        self.assertEqual(self.breaking(), (0, ""))

    def test_a_reason_that_goes_is_caught(self):
        self.change("qingfeng/common/v1/reason.proto", "REASON_GAP = ", "REASON_HOLE = ")
        code, said = self.breaking()
        self.assertNotEqual(code, 0)
        self.assertIn("REASON_GAP", said)

    def test_a_method_that_goes_is_caught(self):
        self.change("qingfeng/server/v1/sync.proto", "rpc Exchange(", "rpc Swap(")
        code, said = self.breaking()
        self.assertNotEqual(code, 0)
        self.assertIn("Exchange", said)

    def test_a_message_without_a_sentence_is_caught(self):
        path = self.folder / "qingfeng/common/v1/reason.proto"
        path.write_text(path.read_text() + "\nmessage Silent {}\n")
        code, said = buf("lint", ".", folder=self.folder)
        self.assertNotEqual(code, 0)
        self.assertIn("Silent", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
