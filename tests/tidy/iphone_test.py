#!/usr/bin/env python3
"""What the iPhone's app asks of the system: what its page needs, nothing that would put a reporter at risk, in both languages.

  iphone_test.py ROOT

Reads mobile-bindings/ios/App as Xcode does, which no machine of ours has: a missing usage description ends the app when the
page asks for the camera, and a missing sentence shows its key.
"""
import pathlib
import plistlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
APP = ROOT / "mobile-bindings/ios/App"
LANGUAGES = {"zh-Hans", "en"}
# By what a page asks a browser for.
USAGE = {"video": "NSCameraUsageDescription", "audio": "NSMicrophoneUsageDescription"}
# A place, others' data, a network without TLS, files for others, and running when nobody looks (docs/bindings.md, "iPhone").
NOT_ASKED = r"NS(Location|Contacts|UserTracking|Calendars|Photo|AppTransport|BonjourServices|LocalNetwork)|UIBackgroundModes|BGTask"


def usage_of(sources):
    """The descriptions that pages need which ask getUserMedia for these."""
    asked = re.findall(r"useStream\(\{\s*(\w+)", sources)
    return {USAGE[each] for each in asked}


def complaints(info, usage):
    said = [f"{key} is missing" for key in sorted(usage) if not info.get(key)]
    said += [f"{key}: no page needs it" for key in sorted(info) if key.endswith("UsageDescription") and key not in usage]
    said += [f"{key} is not to be asked for" for key in sorted(info) if re.match(NOT_ASKED, key)]
    return said + (["files are shared with others"] if info.get("UIFileSharingEnabled") is not False else [])


def sentences(name):
    """What a table of sentences says, a language each."""
    pairs = r'(?m)^"([^"]+)" = "([^"]+)";$'
    files = APP.glob(f"*.lproj/{name}.strings")
    return {path.parent.stem: dict(re.findall(pairs, path.read_text(encoding="utf-8"))) for path in files}


class IPhone(unittest.TestCase):
    def setUp(self):
        self.info = plistlib.loads((APP / "Info.plist").read_bytes())
        pages = [path for folder in ("kit", "field") for path in (ROOT / "apps" / folder / "src").rglob("*.*")]
        self.usage = usage_of("".join(path.read_text(encoding="utf-8") for path in pages if path.suffix in {".ts", ".vue"}))

    def test_it_asks_for_what_the_page_needs(self):
        self.assertEqual(self.usage, set(USAGE.values()))
        self.assertEqual(complaints(self.info, self.usage), [])

    def test_a_missing_description_is_caught(self):
        del self.info["NSMicrophoneUsageDescription"]
        self.assertEqual(complaints(self.info, self.usage), ["NSMicrophoneUsageDescription is missing"])

    def test_what_is_asked_beyond_it_is_caught(self):
        more = {"NSLocationWhenInUseUsageDescription": "here", "UIBackgroundModes": ["fetch"], "UIFileSharingEnabled": True}
        self.assertEqual(complaints(self.info | more, self.usage), [
            "NSLocationWhenInUseUsageDescription: no page needs it",
            "NSLocationWhenInUseUsageDescription is not to be asked for", "UIBackgroundModes is not to be asked for",
            "files are shared with others"])

    def test_sentences_in_both_languages(self):
        code = "".join(path.read_text(encoding="utf-8") for path in APP.glob("*.swift"))
        wanted = {"Localizable": set(re.findall(r'failure = "([^"]+)"', code)), "InfoPlist": self.usage | {"CFBundleDisplayName"}}
        for name, keys in wanted.items():
            self.assertTrue(keys)
            said = {language: set(pairs) for language, pairs in sentences(name).items()}
            self.assertEqual(said, dict.fromkeys(LANGUAGES, keys), name)

    def test_files_are_readable_only_while_the_phone_is_unlocked(self):
        entitlements = plistlib.loads((APP / "Field.entitlements").read_bytes())
        self.assertEqual(entitlements, {"com.apple.developer.default-data-protection": "NSFileProtectionComplete"})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
