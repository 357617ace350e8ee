#!/usr/bin/python3
"""A phone in one language, whose report is filed by the sample of docs/bindings.md, against a real server.

    phone_test.py BUILD_FOLDER COMMAND...      COMMAND enrol STORE, then COMMAND report STORE PHOTO, is the phone (journey.py)
"""
import sys
import unittest

from journey import WHAT, output_of, phone_reports

BUILD, *PHONE = sys.argv[1:]


class AtAnOffice(unittest.TestCase):
    def test_a_phone_reports(self):
        manager, position = phone_reports(self, BUILD, lambda *words, stdin: output_of(*PHONE, *words, stdin=stdin))
        arrivals = manager.ask("desk", "register")["arrivals"]
        self.assertEqual([(each["position"], each["report"]["title"]) for each in arrivals], [(position, WHAT)])


unittest.main(argv=sys.argv[:1])
