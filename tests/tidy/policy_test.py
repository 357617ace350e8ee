#!/usr/bin/env python3
"""The Content-Security-Policy of the apps' pages is one, whoever serves them.

  policy_test.py ROOT

mobile-bindings/web/content-security-policy.txt has it, which Android's app sends as it is; iOS's has the same in Swift. In a
browser pages may also call their own origin, which is the core, and have a manifest.
"""
import pathlib
import re
import sys
import unittest

BINDINGS = pathlib.Path(sys.argv[1]) / "mobile-bindings"
IN_A_BROWSER = {"connect-src": "'self'", "manifest-src": "'self'"}


def directives(policy):
    """Values by name; a policy that says anything twice is none."""
    said = [each.strip().split(" ", 1) for each in policy.split(";")]
    assert len(dict(said)) == len(said), policy
    return dict(said)


def written_in(file):
    """The policy in a source file: string literals that follow each other."""
    begun = re.search(r'"default-src[^"]*"(?:\s*\+?\s*"[^"]*")*', (BINDINGS / file).read_text())
    return directives("".join(re.findall(r'"([^"]*)"', begun.group())))


class Policy(unittest.TestCase):
    shared = directives((BINDINGS / "web/content-security-policy.txt").read_text().strip())

    def test_nothing_is_allowed_unless_said(self):
        self.assertEqual(self.shared["default-src"], "'none'")
        self.assertEqual(self.shared["script-src"], "'self' 'wasm-unsafe-eval'")
        self.assertFalse(self.shared.keys() & IN_A_BROWSER.keys())

    def test_ios(self):
        self.assertEqual(written_in("ios/Sources/QingfengApp/PageFiles.swift"), self.shared)

    def test_in_a_browser(self):
        self.assertEqual(written_in("loopback/pages.cc"), self.shared | IN_A_BROWSER)


unittest.main(argv=sys.argv[:1])
