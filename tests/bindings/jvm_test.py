#!/usr/bin/python3
"""The JVM binding: the cases of this folder in Java and in Kotlin, also under the JVM's own checks of JNI; then a phone in
Kotlin and a desk in Java, against a real server.

    jvm_test.py BUILD_FOLDER      after mobile-bindings/android/build.sh BUILD_FOLDER
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tools" / "round"))

from office import Programs, Server, Store, enrol, found, invitation_of  # noqa: E402

SUITES = ["org.junit.runner.JUnitCore", "JavaTest", "JavaLifetimeTest", "KotlinTest"]
PIN, WHAT = "copper-willow-station", "三月十五日晚宴请代表"
BUILD = pathlib.Path(sys.argv[1]).resolve()
JAR = BUILD / "jvm"


def java(*words, options=(), stdin="", timeout=300):
    """What a program printed, after it ended well."""
    argv = ["java", *options, "-ea", f"-Djava.library.path={JAR}", f"-Dcases={HERE / 'cases'}", "-cp", (JAR / "classpath").read_text().strip(), *words]
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=timeout,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


class Cases(unittest.TestCase):
    def test_java_and_kotlin(self):
        self.assertRegex(java(*SUITES), r"OK \(\d\d tests\)")

    def test_under_the_checks_of_jni(self):
        said = java(*SUITES, options=["-Xcheck:jni"])
        self.assertRegex(said, r"OK \(\d\d tests\)")
        ours = [line for line in said.splitlines() if "FATAL" in line or "WARNING" in line]
        self.assertEqual(ours, [])


class AtAnOffice(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="qf-jvm-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def test_a_phone_reports_and_a_desk_reads(self):
        programs = Programs(BUILD)
        server = Server(programs, self.folder / "server")
        admin, manager, phone = (Store(programs, self.folder / name, PIN) for name in ("admin", "manager", "phone"))
        self.addCleanup(server.stop)
        found(server, admin, self.folder, "--shares-folder", str(self.folder / "shares"))
        enrol(admin, manager, "case-manager", "manager")
        admin.run("invite", "--role", "informant", "--name", "phone", "--no-qr", "--out", str(invitation_of(phone)))
        admin.run("sync")
        java("PhoneKt", "enrol", str(phone.folder), stdin=f"{PIN}\n{invitation_of(phone).read_text().strip()}\n")
        for store in (admin, manager, manager, admin):
            store.run("sync")
        photo = self.folder / "photo.txt"
        photo.write_text("菜单\n" * 20_000)
        said = java("PhoneKt", "report", str(phone.folder), str(photo), stdin=f"{PIN}\n{WHAT}\n")
        position = said.strip().splitlines()[-1].removeprefix("at ")
        manager.run("sync")
        self.assertEqual(java("Desk", str(manager.folder), stdin=PIN + "\n").splitlines(), [f"{position} {WHAT}"])


unittest.main(argv=sys.argv[:1])
