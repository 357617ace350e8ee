#!/usr/bin/python3
"""The Swift binding: the cases of this folder, then a phone in Swift against a real server.

    swift_test.py BUILD_FOLDER [PROGRAMS_FOLDER]      after mobile-bindings/ios/build.sh BUILD_FOLDER

PROGRAMS_FOLDER is the build that has qingfeng and qingfengd, if another one.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from journey import ROOT, Programs, desk_reads_what_a_phone_reports, output_of

BUILD = pathlib.Path(sys.argv[1]).resolve()
PROGRAMS = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else BUILD
TESTS = ROOT / "tests" / "bindings" / "swift"


class Cases(unittest.TestCase):
    def test_swift(self):
        with tempfile.TemporaryDirectory(prefix="qf-swift-") as folder:
            server = pathlib.Path(folder) / "server"
            output_of(Programs(PROGRAMS).qingfengd, "init", "--dir", str(server), "--listen", "127.0.0.1:0")
            said = output_of("swift", "test", "--skip-build", "--package-path", str(TESTS), "--scratch-path", str(BUILD / "swift"),
                             timeout=600, QF_SERVER_REQUEST=str(server / "server.request"))
        self.assertRegex(said, r"Test run with \d\d tests passed")


class OneReader(unittest.TestCase):
    """Two tasks that read one stream would each miss what the other takes: the compiler says so."""
    PROGRAM = """
        import Qingfeng
        func read(_ client: Client) async throws {{
          let reader = EventService(client).echoStream(.init(count: 2)).makeAsyncIterator()
          async let one = reader.next()
          {other}
          _ = try await one
        }}
        """

    def compile(self, other):
        modules, core = BUILD / "swift" / "debug" / "Modules", ROOT / "mobile-bindings" / "ios" / "Sources" / "CQingfeng"
        return subprocess.run(["swiftc", "-emit-sil", "-o", os.devnull, "-swift-version", "6", "-I", modules, "-I", core, "-"],
                              input=self.PROGRAM.format(other=other), capture_output=True, text=True, timeout=120)

    def test_one_compiles(self):
        self.assertEqual(self.compile("").returncode, 0)

    def test_two_do_not(self):
        self.assertIn("error: sending 'reader'", self.compile("_ = try await reader.next()").stderr)


class AtAnOffice(unittest.TestCase):
    def test_a_phone_reports(self):
        phone = str(BUILD / "swift" / "debug" / "Phone")
        desk_reads_what_a_phone_reports(self, PROGRAMS, lambda *words, stdin: output_of(phone, *words, stdin=stdin))


unittest.main(argv=sys.argv[:1])
