#!/usr/bin/python3
"""A phone in one language, whose report is filed by the sample of docs/bindings.md, against a real server.

    phone_test.py BUILD_FOLDER COMMAND...      COMMAND enrol STORE, then COMMAND report STORE PHOTO, is the phone (journey.py)
"""
import sys
import unittest

from journey import desk_reads_what_a_phone_reports, output_of

BUILD, *PHONE = sys.argv[1:]


class AtAnOffice(unittest.TestCase):
    def test_a_phone_reports(self):
        desk_reads_what_a_phone_reports(self, BUILD, lambda *words, stdin: output_of(*PHONE, *words, stdin=stdin))


unittest.main(argv=sys.argv[:1])
