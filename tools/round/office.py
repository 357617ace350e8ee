"""Drives the two programs of Qingfeng as a person does: by their command lines, one process a step."""
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time


class Failed(Exception):
    """A command did not end as it must."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Store:
    """One person's device."""

    def __init__(self, programs, folder, pin):
        self.programs, self.folder = programs, pathlib.Path(folder)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.pin_file = self.folder.with_name(self.folder.name + ".pin")
        self.pin_file.touch(mode=0o600)
        self.pin_file.write_text(pin + "\n")
        self.name = self.folder.name

    def argv(self, *words):
        return [self.programs.qingfeng, "--store", str(self.folder), "--pin-file", str(self.pin_file), "--yes", "--json", *words]

    def start(self, *words, **kwargs):
        return subprocess.Popen(self.argv(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)

    def run(self, *words, fail_ok=False, timeout=300):
        done = subprocess.run(self.argv(*words), stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)
        if done.returncode != 0 and not fail_ok:
            raise Failed(f"{self.name}: {' '.join(words)} ended with {done.returncode}: {done.stderr.decode()[-600:]}")
        if done.returncode != 0:
            return None
        text = done.stdout.decode().strip()
        # A stream prints one object a line; the last one counts.
        try:
            return json.loads(text) if text else {}
        except json.JSONDecodeError:
            return json.loads(text.splitlines()[-1])

    def ask(self, *words, **kwargs):
        return self.run(*words, **kwargs)


class Programs:
    def __init__(self, build):
        build = pathlib.Path(build).resolve()
        self.qingfeng = str(next(p for p in (build / "tools/qingfeng/qingfeng", build / "qingfeng") if p.exists()))
        self.qingfengd = str(next(p for p in (build / "server/qingfengd", build / "qingfengd") if p.exists()))


class Server:
    """qingfengd as a process of its own, at a free port, or listening at the first of `ports` and reached at the second."""

    def __init__(self, programs, folder, ports=None):
        self.programs, self.folder, self.ports = programs, pathlib.Path(folder), ports
        self.process = None
        self.log = self.folder.with_name(self.folder.name + ".log")
        self.pid_file = self.folder.with_name(self.folder.name + ".pid")
        self.kills = 0

    def daemon(self, *words):
        done = subprocess.run([self.programs.qingfengd, *words], capture_output=True, timeout=300)
        if done.returncode != 0:
            raise Failed(f"qingfengd {' '.join(words)} ended with {done.returncode}: {done.stderr.decode()[-600:]}")
        return done.stdout.decode()

    def init(self):
        self.port, front = self.ports or [free_port()] * 2
        self.address = f"localhost:{front}"
        self.daemon("init", "--dir", str(self.folder), "--listen", f"127.0.0.1:{self.port}")
        # Seventy-five devices enrol within a minute and from one address, which a server otherwise slows down.
        config = self.folder / "qingfengd.toml"
        config.write_text(config.read_text().replace("unsigned_calls_burst = 30", "unsigned_calls_burst = 500"))

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.programs.qingfengd, "run", "--dir", str(self.folder)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True)
        self.pid_file.write_text(str(self.process.pid))
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed("qingfengd did not start: " + self.log.read_text()[-600:])
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise Failed("qingfengd does not answer")

    def stop(self):
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process = None
        self.pid_file.unlink(missing_ok=True)

    def backup(self, to):
        self.daemon("backup", "--dir", str(self.folder), "--to", str(to))

    def restore(self, backup):
        """Runs again from `backup`, on a disk that has its keys and configuration and nothing of its log."""
        self.stop()
        lost = self.folder.with_name(self.folder.name + "-lost")
        shutil.move(self.folder, lost)
        shutil.copytree(lost, self.folder, ignore=shutil.ignore_patterns("log*", "head*", "blobs"))
        self.daemon("restore", "--dir", str(self.folder), "--from", str(backup))
        self.start()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.kills += 1


class Hosted:
    """`qingfeng app` over a store, as a process of its own: a page of this machine's browser unlocks it."""

    def __init__(self, store, profile, *words, environment=None):
        self.address_file = store.folder.with_name(store.name + ".address")
        self.pid_file = store.folder.with_name(store.name + ".pid")
        self.address_file.unlink(missing_ok=True)
        argv = [store.programs.qingfeng, "--store", str(store.folder), "app", "--profile", profile,
                "--address-file", str(self.address_file), *words]
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        env=environment, start_new_session=True)
        self.pid_file.write_text(str(self.process.pid))
        deadline = time.monotonic() + 20
        while not self.address_file.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"qingfeng app did not start over {store.name}")
            time.sleep(0.02)

    def address(self):
        """Lets one browser in, once."""
        return self.address_file.read_text().strip()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.address_file.unlink(missing_ok=True)
        self.pid_file.unlink(missing_ok=True)


def found(server, admin, folder, *more):
    """A new office: the root's ceremony at the administrator's desk, between the server's two files. The server runs then."""
    server.init()
    admin.run("init-office", "--address", server.address, "--server-request", str(server.folder / "server.request"),
              "--server-bundle", str(folder / "office.bundle"), "--new-pin-file", str(admin.pin_file), *more)
    server.daemon("install", "--dir", str(server.folder), "--bundle", str(folder / "office.bundle"))
    server.start()
    admin.run("sync")


def invitation_of(store):
    return store.folder.with_name(store.name + ".invitation")


def join(store):
    """Enrols with the invitation that lies beside the store, once; meets the server."""
    store.run("enrol", "--invitation-file", str(invitation_of(store)), "--new-pin-file", str(store.pin_file))
    invitation_of(store).unlink()
    store.run("sync")


def enrol(admin, store, role, name, *more):
    """Invites, and lets the device join. The administrator's next sync certifies it."""
    admin.run("invite", "--role", role, "--name", name, "--no-qr", "--out", str(invitation_of(store)), *more)
    admin.run("sync")
    join(store)


def stop_left_running(folder):
    """Ends the programs that an earlier run left running."""
    for pid_file in pathlib.Path(folder).rglob("*.pid"):
        try:
            os.kill(int(pid_file.read_text()), signal.SIGTERM)
        except (OSError, ValueError):
            pass
        pid_file.unlink(missing_ok=True)
