"""A person at a terminal: starts a program on a pseudo-terminal of its own, reads what it shows, types."""
import os
import pty
import re
import select
import signal
import time

ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    def __init__(self, argv, environment, columns=100):
        self.shown = ""
        self.read_to = 0
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update(environment)
            os.environ["COLUMNS"] = str(columns)
            os.execv(argv[0], argv)

    def _fill(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the program has closed its side
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)

    def expect(self, text, seconds=60):
        """Waits until `text` is shown, behind what was expected before."""
        deadline = time.monotonic() + seconds
        while text not in self.shown[self.read_to:]:
            if not self._fill(max(0, deadline - time.monotonic())):
                raise AssertionError(f"waited for {text!r}, saw {self.shown[self.read_to:]!r}")
        self.read_to = self.shown.index(text, self.read_to) + len(text)

    def type(self, line):
        os.write(self.fd, (line + "\n").encode())

    def answer(self, question, line):
        self.expect(question)
        self.type(line)

    def control(self, letter):
        os.write(self.fd, bytes([ord(letter) - 64]))

    def end(self, seconds=60):
        """The exit code, once the program has ended by itself; everything that it showed is in `shown`."""
        deadline = time.monotonic() + seconds
        while self._fill(max(0, deadline - time.monotonic())):
            pass
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"still running; showed {self.shown[-400:]!r}")
            time.sleep(0.02)

    def plain(self):
        return ESCAPES.sub("", self.shown).replace("\r", "")
