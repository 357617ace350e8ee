"""The command line over the real core and the real server: one office, one phone, typed at a terminal and scripted.

    command_line_test.py BUILD_FOLDER
"""
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools" / "round")]

from office import Programs, Store  # noqa: E402
from small_office import small_office  # noqa: E402
from terminal import Terminal  # noqa: E402

PIN = "amber-river-lantern"
EXIT_FAILURE, EXIT_USAGE, EXIT_NOT_FOUND, EXIT_UNAVAILABLE, EXIT_WRONG_PIN, EXIT_DATA_LOSS, EXIT_INTERRUPTED = 1, 2, 3, 5, 6, 7, 130


def setUpModule():
    global folder, programs, server, admin, manager, phone
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qf-e2e-"))
    programs = Programs(sys.argv[1])
    server, admin, manager, phone = small_office(programs, folder, PIN)


def tearDownModule():
    server.stop()
    shutil.rmtree(folder)


def environment(**extra):
    return {"PATH": "/usr/bin:/bin", "HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8", **extra}


def program(store, *words, stdin=None, **env):
    """One scripted run without the options that answer everything."""
    argv = [programs.qingfeng, "--store", str(store.folder), *words]
    return subprocess.run(argv, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL, capture_output=True,
                          env=environment(**env), timeout=120)


def at_terminal(store, *words, **env):
    return Terminal([programs.qingfeng, "--store", str(store.folder), *words], environment(**env))


def unlocked(store, *words, **env):
    return at_terminal(store, "--pin-file", str(store.pin_file), *words, **env)


class Secrets(unittest.TestCase):
    def test_a_typed_pin_is_not_shown(self):
        terminal = at_terminal(phone, "session")
        terminal.answer("PIN: ", PIN)
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn(PIN, terminal.shown)
        self.assertIn("informant", terminal.shown)

    def test_a_mistyped_pin_is_asked_again(self):
        terminal = at_terminal(phone, "items")
        terminal.answer("PIN: ", "something-else-entirely")
        terminal.expect("wrong PIN")
        terminal.answer("PIN: ", PIN)
        self.assertEqual(terminal.end(), 0)

    def test_exit_codes_of_the_real_core(self):
        wrong = folder / "wrong.pin"
        wrong.touch(mode=0o600)
        wrong.write_text("something-else-entirely\n")
        self.assertEqual(program(phone, "--pin-file", str(wrong), "items").returncode, EXIT_WRONG_PIN)
        phone.run("session")  # the right one, so that no wait is left behind
        self.assertEqual(program(phone, "items").returncode, EXIT_USAGE)  # nobody can be asked
        self.assertEqual(program(phone, "--pin-file", str(phone.pin_file), "show", "ffffffff").returncode, EXIT_NOT_FOUND)
        self.assertEqual(program(Store(programs, folder / "nobody", PIN), "items").returncode, EXIT_FAILURE)
        self.assertFalse((folder / "nobody").exists())

    def test_the_pin_by_descriptor(self):
        read, write = os.pipe()
        os.write(write, (PIN + "\n").encode())
        os.close(write)
        argv = [programs.qingfeng, "--store", str(phone.folder), "--pin-fd", str(read), "session"]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, pass_fds=[read], env=environment())
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_platform_secret_is_private(self):
        self.assertEqual(os.stat(f"{phone.folder}.secret").st_mode & 0o777, 0o600)


class StepByStep(unittest.TestCase):
    def answer_all(self, terminal, title):
        first = phone.run("violations")["violations"][0]
        terminal.answer("breach: ", first["text_en"])
        terminal.answer("township: ", "城关镇")
        terminal.answer("stage of the round: ", "public")
        terminal.answer("title, one line: ", title)
        terminal.answer("> ", "三月十五日晚在饭店宴请代表。")
        terminal.answer("> ", "")
        terminal.answer("when: ", "三月十五日晚")
        terminal.answer("where: ", "城关饭店")
        terminal.answer("person: ", "张三; 副镇长; 镇政府")
        terminal.answer("person: ", "")
        terminal.answer("> ", "")
        terminal.answer("file: ", "/nonexistent")
        terminal.expect("FILE_MISSING")
        terminal.answer("file: ", str(HERE / "command_line_test.py"))
        terminal.expect("attached")
        terminal.answer("file: ", "")
        terminal.answer("urgent [no]: ", "")
        return first["id"]

    def test_a_report_is_asked_for_and_filed(self):
        terminal = unlocked(phone, "report")
        violation = self.answer_all(terminal, "宴请代表")
        terminal.expect("副镇长")  # the look at the whole
        terminal.answer("and now", "1")
        terminal.expect("filed")
        self.assertEqual(terminal.end(), 0)
        shown = phone.run("show", "宴请代表")
        report = shown["report"]
        self.assertEqual((report["violation"], report["township"], report["stage"]), (violation, "城关镇", "STAGE_PUBLIC_NOTICE"))
        self.assertEqual(report["people"], [{"name": "张三", "post": "副镇长", "unit": "镇政府"}])
        self.assertEqual(shown["item"]["files"][0]["name"], "command_line_test.py")

    def test_leaving_keeps_the_draft_and_it_goes_on(self):
        terminal = unlocked(phone, "report")
        terminal.answer("breach: ", "1")
        terminal.answer("township: ", "双湾镇")
        terminal.expect("stage of the round: ")
        terminal.control("D")
        terminal.expect("Kept as draft")
        self.assertEqual(terminal.end(), EXIT_INTERRUPTED)
        drafts = phone.run("drafts")["drafts"]
        kept = [d for d in drafts if d["report"]["township"] == "双湾镇"]
        self.assertEqual(len(kept), 1)
        terminal = unlocked(phone, "drafts", "edit", kept[0]["draft_id"])
        terminal.answer("breach [", "")
        terminal.expect("township [双湾镇]: ")
        terminal.control("C")
        self.assertEqual(terminal.end(), EXIT_INTERRUPTED)
        phone.run("drafts", "discard", kept[0]["draft_id"])
        self.assertNotIn(kept[0], phone.run("drafts")["drafts"])

    def test_in_chinese(self):
        terminal = unlocked(phone, "report", LC_ALL="zh_CN.UTF-8")
        terminal.answer("违规类别: ", "1")
        terminal.expect("乡镇: ")
        terminal.control("D")
        terminal.expect("已存为草稿")
        terminal.end()


class Scripts(unittest.TestCase):
    def test_from_a_file_to_the_desk_and_back(self):
        text = folder / "report.txt"
        text.write_text("标题：礼品进村\n乡镇：宁远堡镇\n类别：%s\n经过：有人挨户送礼，暗号 heron-4711。\n" %
                        phone.run("violations")["violations"][0]["id"])
        item = phone.run("report", "--file", str(text))["item"]["item_id"]
        self.assertTrue(phone.run("sync")["settled"])
        manager.run("sync")
        arrivals = manager.run("desk", "register", "--search", "heron")["arrivals"]
        self.assertEqual([a["report"]["title"] for a in arrivals], ["礼品进村"])
        record = arrivals[0]["record_id"]
        manager.run("desk", "reply", record, "已收到。")
        self.assertEqual(manager.run("desk", "open-case", record)["number"], "1")
        manager.run("sync")
        phone.run("sync")
        inbox = phone.run("inbox")["items"]
        self.assertEqual([(i["item_id"], i["unread"]) for i in inbox], [(item, 1)])
        self.assertEqual(phone.run("inbox", item)["messages"][0]["message"]["text"], "已收到。")
        self.assertEqual(phone.run("inbox")["items"][0]["unread"], 0)
        table = program(manager, "--pin-file", str(manager.pin_file), "desk", "register").stdout.decode()
        self.assertIn("礼品进村", table)

    def test_the_offices_townships_reach_a_phone(self):
        words = ["--pin-file", str(admin.pin_file), "set-townships", "-"]
        wrong = program(admin, *words, stdin="清河镇 2 1\n柳林镇 2 1\n".encode())
        self.assertEqual(wrong.returncode, EXIT_USAGE, wrong.stderr)
        self.assertIn(b"line 2", wrong.stderr)
        self.assertEqual(program(admin, *words, stdin="清河镇 2\n".encode()).returncode, EXIT_USAGE)
        self.assertEqual(program(admin, *words, stdin=b"# nothing\n").returncode, EXIT_USAGE)
        done = program(admin, *words, stdin="# 全市\n清河镇 2 1\n\nWest Bank，3，1\n开发区\n".encode())
        self.assertEqual((done.returncode, done.stdout), (0, b""), done.stderr)
        admin.run("sync")
        phone.run("sync")
        listed = [(each["name"], each["column"], each["row"]) for each in phone.run("townships")["townships"]]
        self.assertEqual(listed, [("清河镇", 2, 1), ("West Bank", 3, 1), ("开发区", 0, 0)])

    def test_a_receipt_is_exported_after_a_warning(self):
        item = phone.run("report", "--title", "回执", "--what", "x", "--violation",
                         phone.run("violations")["violations"][0]["id"], "--township", "A")["item"]["item_id"]
        phone.run("sync")
        proof = folder / "receipt.tlog-proof"
        terminal = unlocked(phone, "receipt", item, "--export", str(proof))
        terminal.expect("evidence against you")
        terminal.answer("[y/N] ", "y")
        self.assertEqual(terminal.end(), 0)
        self.assertIn("tlog-proof", proof.read_text())
        self.assertEqual(os.stat(proof).st_mode & 0o777, 0o600)

    def test_a_stranger_checks_an_export(self):
        manager.run("sync")
        export = folder / "log.export"
        manager.run("export-log", str(export))
        office = manager.run("session")["session"]["office_id"]
        stranger = ["verify-log", "--file", str(export), "--office", office, "--json"]
        nobody = Store(programs, folder / "stranger", PIN)
        seen = program(nobody, *stranger)
        self.assertEqual(seen.returncode, 0, seen.stderr)
        self.assertEqual(json.loads(seen.stdout)["root"], manager.run("verify-log")["root"])
        self.assertFalse(nobody.folder.exists())
        data = bytearray(export.read_bytes())
        data[len(data) // 2] ^= 1
        export.write_bytes(data)
        self.assertIn(program(nobody, *stranger).returncode, (EXIT_DATA_LOSS, EXIT_USAGE))

    def test_watching_holds_the_store_and_ends_by_an_interrupt(self):
        watch = phone.start("sync", "--watch")
        self.addCleanup(watch.kill)
        # A line must come as soon as there is one, though standard output is a pipe.
        self.assertTrue(select.select([watch.stdout], [], [], 30)[0], "nothing was shown")
        self.assertIn("settled", json.loads(watch.stdout.readline()))
        busy = program(phone, "--pin-file", str(phone.pin_file), "items")
        self.assertEqual(busy.returncode, EXIT_FAILURE)
        self.assertIn(b"STORE_IN_USE", busy.stderr)
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(timeout=30), 0, watch.stderr.read())
        watch.stdout.close()
        watch.stderr.close()
        phone.run("items")

    def test_progress_is_for_terminals_only(self):
        terminal = unlocked(phone, "sync")
        self.assertEqual(terminal.end(), 0)
        self.assertIn("\x1b[K", terminal.shown)
        self.assertIn("up to date", terminal.plain())
        plain = unlocked(phone, "sync", NO_COLOR="1")
        self.assertEqual(plain.end(), 0)
        self.assertNotIn("\x1b", plain.shown)
        piped = program(phone, "--pin-file", str(phone.pin_file), "sync")
        self.assertNotIn(b"\x1b", piped.stdout + piped.stderr)

    def test_every_method_by_call(self):
        done = program(phone, "call", "Echo", "-", stdin='{"text": "贿选"}'.encode())
        self.assertEqual(json.loads(done.stdout), {"text": "贿选", "data": ""})
        status = phone.run("call", "GetSyncStatus")
        self.assertEqual(status["term"], "1")
        stream = program(phone, "call", "EchoStream", '{"count": 3}').stdout.decode().splitlines()
        self.assertEqual([json.loads(line)["index"] for line in stream], [0, 1, 2])

    def test_the_doctor(self):
        findings = phone.run("doctor", fail_ok=True) or {}
        shown = program(phone, "--pin-file", str(phone.pin_file), "doctor")
        self.assertIn(shown.returncode, (0, EXIT_FAILURE))
        self.assertIn(b"subject", shown.stdout)
        self.assertTrue(findings.get("findings", True))
        chinese = program(phone, "--pin-file", str(phone.pin_file), "doctor", LC_ALL="zh_CN.UTF-8").stdout.decode()
        self.assertIn("每一页都读得出", chinese)
        self.assertNotRegex(chinese, "[A-Za-z]{3}")


class TheEnd(unittest.TestCase):
    """What changes the office or a store for the others; runs last by its name."""

    def test_1_without_a_server(self):
        server.stop()
        done = program(phone, "--pin-file", str(phone.pin_file), "sync", "--json")
        self.assertEqual(done.returncode, EXIT_UNAVAILABLE, done.stderr)
        self.assertEqual(json.loads(done.stderr)["error"]["reason"], "UNREACHABLE")
        server.start()

    def test_2_a_changed_pin(self):
        new = folder / "new.pin"
        new.touch(mode=0o600)
        new.write_text("quartz-meadow-signal\n")
        phone.run("change-pin", "--new-pin-file", str(new))
        self.assertEqual(program(phone, "--pin-file", str(phone.pin_file), "items").returncode, EXIT_WRONG_PIN)
        self.assertEqual(program(phone, "--pin-file", str(new), "items").returncode, 0)
        phone.pin_file = new

    def test_3_wiping(self):
        phone.run("sync")
        terminal = unlocked(phone, "wipe")
        terminal.answer("[y/N] ", "n")
        self.assertEqual(terminal.end(), EXIT_INTERRUPTED)
        phone.run("report", "--title", "unsent", "--what", "x", "--township", "A", "--violation",
                  phone.run("violations")["violations"][0]["id"])
        refused = program(phone, "--pin-file", str(phone.pin_file), "--yes", "wipe")
        self.assertIn(b"UNSETTLED", refused.stderr)
        phone.run("wipe", "--lose-unsent")
        self.assertFalse(os.path.exists(f"{phone.folder}.secret"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
