#!/usr/bin/python3
"""The JVM binding: the cases of this folder in Java and in Kotlin, also under the JVM's own checks of JNI; then a phone
in each and a desk in Java, against a real server.

    jvm_test.py BUILD_FOLDER      after mobile-bindings/android/build.sh BUILD_FOLDER
"""
import pathlib
import sys
import unittest

from journey import PIN, WHAT, output_of, phone_reports

HERE = pathlib.Path(__file__).resolve().parent
SUITES = ["org.junit.runner.JUnitCore", "JavaTest", "JavaLifetimeTest", "KotlinTest", "BridgeTest"]
BUILD = pathlib.Path(sys.argv[1]).resolve()
JAR = BUILD / "jvm"


def java(*words, options=(), stdin="", errors=False):
    """What a program printed, after it ended well."""
    return output_of("java", *options, "-ea", f"-Djava.library.path={JAR}", f"-Dcases={HERE / 'cases'}", "-cp",
                     (JAR / "classpath").read_text().strip(), *words, stdin=stdin, errors=errors)


class Cases(unittest.TestCase):
    def test_java_and_kotlin(self):
        self.assertRegex(java(*SUITES), r"OK \(\d\d tests\)")

    def test_under_the_checks_of_jni(self):
        said = java(*SUITES, options=["-Xcheck:jni"], errors=True)
        self.assertRegex(said, r"OK \(\d\d tests\)")
        ours = [line for line in said.splitlines() if "FATAL" in line or "WARNING" in line]
        self.assertEqual(ours, [])


class AtAnOffice(unittest.TestCase):
    def reports(self, phone):
        manager, position = phone_reports(self, BUILD, lambda *words, stdin: java(phone, *words, stdin=stdin))
        self.assertEqual(java("Desk", str(manager.folder), stdin=PIN + "\n").splitlines(), [f"{position} {WHAT}"])

    def test_a_phone_in_kotlin_reports_and_a_desk_in_java_reads(self):
        self.reports("PhoneKt")

    def test_a_phone_in_java_reports(self):
        self.reports("JavaPhone")


unittest.main(argv=sys.argv[:1])
