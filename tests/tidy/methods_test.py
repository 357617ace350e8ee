#!/usr/bin/env python3
"""Every method of the client has its command and its screen, or docs/methods.md says why not.

  methods_test.py ROOT

A row of the table is | Service/Method | `command` or — | app: Screen, … or — | why, or what to know |. A command must be in
docs/command-line.md. A screen must be a component of that app, and the app, or the kit, must call the method. A row that
leaves one out must say why.
"""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
NONE = "—"


def methods():
    found = []
    for proto in sorted((ROOT / "proto/qingfeng/client/v1").glob("*.proto")):
        text = proto.read_text()
        for service in re.findall(r"(?m)^service (\w+)", text):
            found += [f"{service}/{name}" for name in re.findall(r"(?m)^  rpc (\w+)\(", text)]
    return found


def rows(table):
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.splitlines() if line.startswith("| `")]
    return [(method.strip("`"), command, screen, why) for method, command, screen, why in cells]


def sources(app):
    return "\n".join(path.read_text() for path in (ROOT / "apps" / app / "src").rglob("*") if path.suffix in (".ts", ".vue"))


def complaints(table):
    """What does not hold of a table."""
    said, wanted = [], methods()
    commands = set(re.findall(r"(?m)^#### `qingfeng ([a-z -]+?)(?= [\[A-Z-]|`)", (ROOT / "docs/command-line.md").read_text()))
    code = {app: sources(app) for app in ("field", "desk", "kit")}
    held = [row[0] for row in rows(table)]
    said += [f"{method} is not in the table" for method in wanted if method not in held]
    said += [f"{method} is no method" for method in held if method not in wanted]
    said += [f"{method} is there twice" for method in set(held) if held.count(method) > 1]
    for method, command, screen, why in rows(table):
        if NONE in (command, screen) and not why:
            said.append(f"{method} lacks a command or a screen and no reason is given")
        for name in re.findall(r"`([^`]+)`", command):
            if name not in commands:
                said.append(f"{method}: there is no command {name}")
        if screen != NONE:
            said += [f"{method}: {what}" for what in missing_on_screen(method, screen, code)]
    return said


def missing_on_screen(method, screen, code):
    service, name = method.split("/")
    call = f"{service.removesuffix('Service').lower()}.{name[0].lower()}{name[1:]}("
    for place in screen.split(", "):
        app, _, component = place.partition(": ")
        if app not in ("field", "desk"):
            yield f"{place} is no screen"
            continue
        if not any(list((ROOT / "apps" / folder / "src").rglob(component + ".vue")) for folder in (app, "kit")):
            yield f"{app} has no {component}"
        if call not in code[app] and call not in code["kit"]:
            yield f"{app} never calls {call}…)"


class Methods(unittest.TestCase):
    def setUp(self):
        self.table = (ROOT / "docs/methods.md").read_text()

    def test_every_method_has_its_place(self):
        self.assertEqual(complaints(self.table), [])

    def test_a_method_without_a_row_is_caught(self):
        less = re.sub(r"(?m)^\| `FieldService/FileReport`.*\n", "", self.table)
        self.assertEqual(complaints(less), ["FieldService/FileReport is not in the table"])

    def test_a_screen_that_does_not_call_it_is_caught(self):
        wrong = self.table.replace("| `FieldService/FileReport` | `report` | field: ReportPage", "| `FieldService/FileReport` | `report` | desk: HelpPage")
        self.assertEqual(complaints(wrong), ["FieldService/FileReport: desk never calls field.fileReport(…)"])

    def test_a_row_without_screen_and_reason_is_caught(self):
        row = re.sub(r"(?m)^(\| `FieldService/FileReport`).*", r"\1 | `report` | — | |", self.table)
        self.assertEqual(complaints(row), ["FieldService/FileReport lacks a command or a screen and no reason is given"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
