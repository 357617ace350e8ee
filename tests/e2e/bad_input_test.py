"""What goes wrong at a desk or phone, over the real programs: a registered reason, a sentence that helps, nothing lost.

Every sentence that a test expects stands in the table of docs/reliability.md, "Bad input"; the test looks there, too.

    bad_input_test.py BUILD_FOLDER
"""
import base64
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tools" / "round"))

from office import Failed, Programs, Server, Store, enrol, found, invitation_of, join  # noqa: E402
from small_office import small_office  # noqa: E402

PIN = "amber-river-lantern"
YEAR_SECONDS = 365 * 24 * 3600
DOCUMENTED = (ROOT / "docs/reliability.md").read_text()


def setUpModule():
    global folder, programs, server, admin, manager, phone, clock
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qf-bad-"))
    programs = Programs(sys.argv[1])
    server, admin, manager, phone = small_office(programs, folder, PIN)
    clock = folder / "shift_clock.so"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(clock), str(HERE / "shift_clock.c"), "-ldl"], check=True)


def tearDownModule():
    server.stop()
    shutil.rmtree(folder)


def shifted(seconds):
    if os.environ.get("QF_SANITIZE"):
        raise unittest.SkipTest("a sanitizer's runtime has to be the first that is loaded, and so has the clock")
    return {"LD_PRELOAD": str(clock), "CLOCK_SHIFT_SECONDS": str(seconds)}


@contextlib.contextmanager
def changed_environment(values):
    os.environ.update(values)
    try:
        yield
    finally:
        for name in values:
            del os.environ[name]


def copy_of(store, name):
    """The same device in another place, as a copy of its folder would be."""
    other = Store(programs, folder / name, PIN)
    shutil.rmtree(other.folder, ignore_errors=True)
    shutil.copytree(store.folder, other.folder)
    shutil.copy(f"{store.folder}.secret", f"{other.folder}.secret")
    return other


def invited(name):
    """A store that is none yet, with an invitation that the server knows beside it."""
    store = Store(programs, folder / name, PIN)
    admin.run("invite", "--role", "informant", "--name", name, "--no-qr", "--out", str(invitation_of(store)))
    admin.run("sync")
    return store


def enrolling(store):
    return ["enrol", "--invitation-file", str(invitation_of(store)), "--new-pin-file", str(store.pin_file)]


def reporting(title, *more):
    return ["report", "--title", title, "--what", "x" * 100, "--violation", "ban.canvassing", "--township", "A", *more]


def filed(store, title, *more, **env):
    done = subprocess.run(store.argv(*reporting(title, *more)), stdin=subprocess.DEVNULL, capture_output=True,
                          env={**os.environ, **env})
    assert done.returncode == 0, done.stderr
    return title


class BadInput(unittest.TestCase):
    def says(self, reason, sentence, remedy, store, *words, env=None, pin_file=None):
        """Runs a command that must fail so, as a person reads it and as a script does. Returns what was on stdout."""
        argv = [programs.qingfeng, "--store", str(store.folder), "--pin-file", str(pin_file or store.pin_file), "--yes"]
        done = subprocess.run([*argv, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                              env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
        self.assertNotEqual(done.returncode, 0, done.stdout)
        # What a command remarks before (a draft was kept) and after it (when to try again) is its own affair.
        self.assertIn(f"error: {sentence} ({reason})\nnext: {remedy}\n", done.stderr)
        self.assertNotIn("ERROR", done.stderr.replace(f"({reason})", ""))
        self.assertIn(f"{sentence} ({reason}); {remedy}", DOCUMENTED)
        return done.stdout

    def arrived(self, *titles):
        """Every one of them stands in the register of the office, once."""
        manager.run("sync")
        shown = [a["report"]["title"] for a in manager.run("desk", "register", "--limit", "1000")["arrivals"]]
        for title in titles:
            self.assertEqual(shown.count(title), 1, title)


class Secrets(BadInput):
    def test_a_wrong_pin(self):
        store = copy_of(phone, "guessed")
        wrong = folder / "wrong.pin"
        wrong.touch(mode=0o600)
        wrong.write_text("something-else-entirely\n")
        for _ in range(3):
            self.says("PIN_WRONG", "the PIN or passphrase is wrong", "try again; after each wrong try the wait grows",
                      store, "items", pin_file=wrong)
        self.says("PIN_WAIT", "too many wrong tries: the next one is allowed later", "wait as long as the error says",
                  store, "items")
        seconds = json.loads(subprocess.run(store.argv("items"), capture_output=True, stdin=subprocess.DEVNULL).stderr)
        time.sleep(seconds["error"]["retry_after_ms"] / 1000 + 0.1)
        store.run("items")


DAMAGED = "keep the folder as it is; restore a copy, or enrol the device anew"


class DamagedStores(BadInput):
    def setUp(self):
        self.title = filed(phone, f"vor {self.id()}")
        self.store = copy_of(phone, "damaged")

    def tearDown(self):
        phone.run("sync")
        self.arrived(self.title)  # the copy that was kept brings everything

    def damage(self, name, offset):
        path = self.store.folder / name
        data = bytearray(path.read_bytes())
        data[offset] ^= 0xFF
        path.write_bytes(data)

    def test_a_byte_of_the_store_at_its_beginning(self):
        self.damage("store", 5)
        self.says("STORE_DAMAGED", "the store's bytes or its key are wrong", DAMAGED, self.store, "items")
        seen = self.says("STORE_DAMAGED", "the store's bytes or its key are wrong", DAMAGED, self.store, "doctor")
        self.assertRegex(seen, r"store +NO +STORE_DAMAGED")
        self.assertRegex(seen, r"keys +yes")
        error = subprocess.run(self.store.argv("items"), capture_output=True, stdin=subprocess.DEVNULL).stderr
        self.assertEqual(json.loads(error)["error"]["code"], "DATA_LOSS")  # nothing but this one object

    def test_a_byte_of_the_store_somewhere(self):
        """Every page has its code: the doctor finds what ordinary work may never read."""
        size = (self.store.folder / "store").stat().st_size
        found_by_doctor = 0
        for part in (0.15, 0.35, 0.55, 0.75, 0.95):
            with self.subTest(part):
                self.store = copy_of(phone, "damaged")
                self.damage("store", int(part * size))
                done = subprocess.run(self.store.argv("doctor"), capture_output=True, stdin=subprocess.DEVNULL)
                self.assertNotEqual(done.returncode, 0)
                found_by_doctor += b"SEEN_STORE_ALTERED" in done.stdout
        self.assertGreater(found_by_doctor, 0)

    def test_a_store_cut_short(self):
        os.truncate(self.store.folder / "store", 100_000)
        self.says("STORE_DAMAGED", "the store's bytes or its key are wrong", DAMAGED, self.store, "items")

    def test_an_empty_store(self):
        os.truncate(self.store.folder / "store", 0)
        self.says("STORE_DAMAGED", "the store is empty", DAMAGED, self.store, "items")

    def test_a_store_that_is_gone(self):
        (self.store.folder / "store").unlink()
        self.says("STORE_DAMAGED", "the store's file is not in its folder", DAMAGED, self.store, "items")

    def test_a_damaged_vault(self):
        self.damage("vault", 100)
        self.says("STORE_DAMAGED", "the vault file is damaged", DAMAGED, self.store, "items")

    def test_a_platform_secret_that_is_gone(self):
        secret = pathlib.Path(f"{self.store.folder}.secret")
        kept = secret.read_bytes()
        secret.unlink()
        remedy = "it must be in its place, and readable by its owner only (mode 0600)"
        sentence = "the file of the platform secret is not there, or is another file"
        self.says("KEY_FILE", sentence, remedy, self.store, "items")
        secret.touch(mode=0o600)
        secret.write_bytes(kept)
        self.store.run("items")


class DamagedServers(BadInput):
    def test_a_byte_of_the_servers_store(self):
        server.stop()
        path = server.folder / "store.db"
        kept = path.read_bytes()
        path.write_bytes(kept[:5] + bytes([kept[5] ^ 0xFF]) + kept[6:])
        done = subprocess.run([programs.qingfengd, "run", "--dir", str(server.folder)], capture_output=True, text=True,
                              timeout=30)
        sentence = "the store's bytes or its key are wrong"
        self.assertIn(f"qingfengd: {sentence} [STORE_DAMAGED]\n  {DAMAGED}\n", done.stderr)
        path.write_bytes(kept)
        server.start()
        phone.run("sync")

    def test_a_question_to_a_server_that_does_not_run(self):
        sentence, remedy = "no server runs on this folder", "start it first: qingfengd run"
        self.assertIn(f"{sentence} (NOT_RUNNING); {remedy}", DOCUMENTED)
        server.stop()
        for words in (["health"], ["backup", "--to", str(folder / "copy")]):
            done = subprocess.run([programs.qingfengd, *words, "--dir", str(server.folder)], capture_output=True,
                                  text=True, timeout=30)
            self.assertEqual(done.stderr, f"qingfengd: {sentence} [NOT_RUNNING]\n  {remedy}\n")
            self.assertNotEqual(done.returncode, 0)
        server.start()


@contextlib.contextmanager
def small_disk(name, size):
    """A disk of its own that can be filled; skips where nobody may mount one."""
    place = folder / name
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if subprocess.run(mounting, capture_output=True).returncode:
        raise unittest.SkipTest("mounting a small disk needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk):
    with contextlib.suppress(OSError), open(disk / "fill", "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


@contextlib.contextmanager
def server_moved_to(place):
    """The server runs in another folder for a while, and comes home with everything that it took there."""
    home, sockets = server.folder, shutil.ignore_patterns("*.sock")
    server.stop()
    shutil.copytree(home, place, ignore=sockets)
    server.folder = place
    server.start()
    try:
        yield
    finally:
        server.stop()
        shutil.rmtree(home)
        shutil.copytree(place, home, ignore=sockets)
        server.folder = home
        server.start()


class FullDisks(BadInput):
    REMEDY = "free some space; nothing confirmed is lost"

    def test_the_disk_of_a_device(self):
        with small_disk("disk", "1m") as disk:
            store = copy_of(phone, "disk/phone")
            title = filed(store, "filed before the disk was full")
            fill(disk)
            for words in (reporting("not filed"), ["sync"]):
                self.says("DISK_FULL", "write: no space is left", self.REMEDY, store, *words)
            (disk / "fill").unlink()
            self.assertEqual([i["title"] for i in store.run("items")["items"] if i["title"]][:1], [title])
            store.run("sync")
            self.arrived(title)

    def test_the_disk_of_the_server(self):
        """A phone must not look for space on its own disk."""
        photo = folder / "photo.bin"
        photo.write_bytes(random.Random(2).randbytes(500_000))
        with small_disk("server-disk", "2m") as disk, server_moved_to(disk / "server"):
            fill(disk)
            titles = [filed(phone, "with a file while the server was full", "--attach", str(photo))]
            titles += [filed(phone, f"while the server was full {i}") for i in range(8)]
            self.says("NOT_LEADER", "sync has not come to its end",
                      "nothing is lost: it goes out when the server takes writes again", phone, "sync")
            self.assertIn("reason=DISK_FULL", server.log.read_text())
            (disk / "fill").unlink()
            self.assertTrue(phone.run("sync")["settled"])
            self.arrived(*titles)


class Enrolments(BadInput):
    def test_a_mangled_invitation(self):
        store = invited("mangled")
        text = invitation_of(store).read_text()
        invitation_of(store).write_text(text[:-20])
        self.says("INVITATION", "the invitation cannot be read: a part is missing or a character is wrong",
                  "scan or paste the whole text again", store, *enrolling(store))
        invitation_of(store).write_text(text)
        join(store)

    def test_an_invitation_used_twice(self):
        store = invited("first")
        text = invitation_of(store).read_text()
        join(store)
        second = Store(programs, folder / "second", PIN)
        invitation_of(second).write_text(text)
        second.run(*enrolling(second))
        for _ in range(2):  # it does not forget
            self.says("USED", "sync has not come to its end", "ask for a new invitation", second, "sync")
        self.assertIn("USED", json.dumps(second.run("status")))
        second.run("wipe")
        shutil.copy(invitation_of(invited("third")), invitation_of(second))
        join(second)

    def test_an_invitation_past_its_date(self):
        """A copy of the server, and the phone, three weeks from now."""
        store, weeks = invited("late"), shifted(21 * 24 * 3600)
        store.run(*enrolling(store))
        server.stop()
        later = Server(programs, folder / "server-later")
        shutil.copytree(server.folder, later.folder, ignore=shutil.ignore_patterns("*.sock"))
        later.port = server.port
        with changed_environment(weeks):
            later.start()
        try:
            self.says("EXPIRED", "sync has not come to its end", "ask for a new invitation", store, "sync", env=weeks)
        finally:
            later.stop()
            server.start()

    def test_an_invitation_that_the_server_does_not_know_yet(self):
        store = Store(programs, folder / "early", PIN)
        admin.run("invite", "--role", "informant", "--name", "early", "--no-qr", "--out", str(invitation_of(store)))
        store.run(*enrolling(store))
        self.says("INVITE", "sync has not come to its end", "try again later, or ask for a new invitation", store,
                  "sync")
        admin.run("sync")
        self.assertTrue(store.run("sync")["settled"])

    def test_a_store_of_another_office(self):
        store = invited("moved")
        self.says("ENROLLED", "this store belongs to an office already", "use another folder, or wipe this one first",
                  phone, *enrolling(store))

    def test_a_process_killed_while_it_enrols(self):
        """Wherever it ends, it is done, or the same invitation can be used again, by the same command."""
        for i, seconds in enumerate((0.01, 0.03, 0.1, 0.2)):
            with self.subTest(seconds):
                store = invited(f"killed-{i}")
                process = store.start(*enrolling(store))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=seconds)
                process.send_signal(signal.SIGKILL)
                process.communicate()
                try:
                    store.run(*enrolling(store))
                except Failed as failed:
                    self.assertIn("ENROLLED", str(failed))
                store.run("sync")
                self.assertEqual(store.run("session")["session"]["state"], "SESSION_STATE_PROVISIONAL")

    def test_half_an_enrolment(self):
        """Nobody has certified it yet: reports wait, then go out, and the desk says whose they are when it knows."""
        nobody = Store(programs, folder / "nobody", PIN)
        self.says("NOT_ENROLLED", "there is no store in that folder", "enrol with an invitation", nobody, "sync")
        store = invited("half")
        store.run(*enrolling(store))
        self.says("NO_EPOCH", "no verified key of the office has arrived yet", "sync once; drafts are kept meanwhile",
                  store, *reporting("half"))
        store.run("sync")
        store.run("drafts", "file", store.run("drafts")["drafts"][0]["draft_id"])
        self.assertTrue(store.run("sync")["settled"])
        self.arrived("half")


class OtherOffices(BadInput):
    def test_a_server_of_another_office_at_this_address(self):
        title = filed(phone, "to the right office")
        other, stranger = Server(programs, folder / "other"), Store(programs, folder / "stranger", PIN)
        (folder / "elsewhere").mkdir()
        server.stop()
        found(other, stranger, folder / "elsewhere", "--shares-folder", str(folder / "elsewhere/shares"))
        other.stop()
        config = other.folder / "qingfengd.toml"
        config.write_text(config.read_text().replace(str(other.port), str(server.port)))
        other.port = server.port
        other.start()
        self.says("CERTIFICATE", "sync has not come to its end", "check date and time, the address and the office",
                  phone, "sync")
        other.stop()
        server.start()
        phone.run("sync")
        self.arrived(title)


class WrongClocks(BadInput):
    def test_an_hour_off(self):
        """The server's time is asked for; nobody notices."""
        titles = []
        for seconds in (4000, -4000):
            titles.append(filed(phone, f"clock {seconds}", **shifted(seconds)))
            done = subprocess.run(phone.argv("sync"), capture_output=True, stdin=subprocess.DEVNULL,
                                  env={**os.environ, **shifted(seconds)})
            self.assertEqual(done.returncode, 0, done.stderr)
        self.arrived(*titles)

    def test_years_off(self):
        """Even the server's certificate is not of this time then."""
        for seconds in (2 * YEAR_SECONDS, -20 * YEAR_SECONDS):
            title = filed(phone, f"clock {seconds}", **shifted(seconds))
            self.says("CERTIFICATE", "sync has not come to its end", "check date and time, the address and the office",
                      phone, "sync", env=shifted(seconds))
            phone.run("sync")
            self.arrived(title)


class Words(BadInput):
    def test_an_unknown_method(self):
        remedy = "check the name: package.Service/Method"
        self.says("METHOD", "there is no method Nothing; qingfeng call --list shows all", remedy, phone, "call",
                  "Nothing")
        self.says("METHOD", "Ech is unknown; did you mean Echo?", remedy, phone, "call", "Ech")

    def test_a_report_that_is_too_large(self):
        text = folder / "large.txt"
        for size, sentence in ((2_000_000, "a file is larger than this program reads"),
                               (400_000, "the content does not fit into a body of the size that it must have")):
            words = base64.b64encode(random.Random(1).randbytes(size * 3 // 4)).decode()
            text.write_text("title: large\ntownship: A\nviolation: ban.canvassing\nwhat: " + words + "\n")
            self.says("TOO_LARGE", sentence, "make it smaller or split it", phone, "report", "--file", str(text))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
