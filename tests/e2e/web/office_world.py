"""The office around a browser: real programs, told what to do by lines of JSON on stdin; each is answered by one line.

    office_world.py BUILD_FOLDER FOLDER      answers {"ready": true} once the office stands
    … --bare                                 without an office: the server is not made yet, and there are no stores
    … --ports LISTEN:FRONT                   the server listens at one port and is reached at the other (relay.mjs)

    {"run": "manager", "words": ["sync"]}    a command of admin, manager or phone  -> what it prints
    {"invite": "name", "role": "informant"}  -> {"invitation": text, "qr": its PNG file}, known to the server
    {"host": "pc", "profile": "field"}       starts `qingfeng app` over the store pc -> {"url": launch address}
    {"launch": true}                         -> {"url": the launch address of now}
    {"host": null}                           ends it
    {"join": "name", "invitation": text}     a new store that enrols with it and syncs -> {"fingerprint": text}
    {"server": "stop"} or "start"
    {"server": "start", "dies_at_bytes": 9}  starts it, and kills it as soon as its folder has grown by so much
    {"server": "start", "config": {"records_per_day": 1}}   starts it with that in its configuration
    {"server": "init"}                       -> {"request": file, "address": text}
    {"server": "install", "bundle": file}    makes it the office's and starts it
    {"server": "backup"}, later "restore"    keeps a copy of it; puts it back to that copy; it runs afterwards
    {"server": "split"}                      makes two of it, keys and all: each goes on by itself
    {"server": "other"}                      the one that does not run takes the place of the one that does
"""
import argparse
import json
import pathlib
import re
import shutil
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parents[3] / "tools" / "round")]

from office import Hosted, Programs, Server, Store, invitation_of, join  # noqa: E402
from small_office import small_office  # noqa: E402

PIN = "amber-river-lantern"


class World:
    def __init__(self, build, folder, bare, ports):
        self.programs, self.folder = Programs(build), pathlib.Path(folder)
        if bare:
            self.server, stores = Server(self.programs, self.folder / "server", ports), []
        else:
            self.server, *stores = small_office(self.programs, self.folder, PIN, ports)
        self.stores = {store.name: store for store in stores}
        self.app = None
        self.other = self.folder / "server-other"

    def run(self, order):
        return self.stores[order["run"]].run(*order["words"])

    def invite(self, order):
        text, qr = (self.folder / f"{order['invite']}.{ending}" for ending in ("invitation", "png"))
        self.stores["admin"].run("invite", "--role", order.get("role", "informant"), "--name", order["invite"], "--no-qr",
                                 "--out", str(text), "--qr", str(qr))
        self.stores["admin"].run("sync")
        return {"invitation": text.read_text().strip(), "qr": str(qr)}

    def host(self, order):
        self.end_app()
        if order["host"] is None:
            return {}
        store = self.stores.get(order["host"]) or Store(self.programs, self.folder / order["host"], PIN)
        self.app = Hosted(store, order.get("profile", "field"), "--lock-after", str(order.get("lock_minutes", 10)),
                          environment={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": order.get("language", "C.UTF-8")})
        return self.launch(order)

    def launch(self, _):
        return {"url": self.app.address()}

    def join(self, order):
        store = Store(self.programs, self.folder / order["join"], PIN)
        invitation_of(store).write_text(order["invitation"])
        join(store)
        self.stores[store.name] = store
        return {"fingerprint": store.run("session")["session"]["fingerprint"]}

    def set_server(self, order):
        backup = self.folder / "server-copy"
        what = order["server"]
        before = self.server_bytes()
        self.configure(order.get("config", {}))
        if what == "init":
            self.server.init()
            return {"request": str(self.server.folder / "server.request"), "address": self.server.address}
        if what == "install":
            self.server.daemon("install", "--dir", str(self.server.folder), "--bundle", order["bundle"])
            self.server.start()
        steps = {"start": self.server.start, "stop": self.server.stop,
                 "backup": lambda: self.server.backup(backup), "restore": lambda: self.server.restore(backup),
                 "split": self.split_server, "other": self.other_server}
        steps.get(what, lambda: None)()
        if "dies_at_bytes" in order:
            self.kill_server_at(before + order["dies_at_bytes"])
        return {}

    def split_server(self):
        self.server.stop()
        shutil.copytree(self.server.folder, self.other)
        self.server.start()

    def other_server(self):
        self.server.stop()
        aside = self.folder / "server-aside"
        for folder, to in ((self.server.folder, aside), (self.other, self.server.folder), (aside, self.other)):
            folder.rename(to)
        self.server.start()

    def configure(self, values):
        config = self.server.folder / "qingfengd.toml"
        for name, value in values.items():
            changed, count = re.subn(rf"^#?\s*{name} = .*$", f"{name} = {value}", config.read_text(), flags=re.MULTILINE)
            if count != 1:
                raise RuntimeError(f"the configuration has no {name}")
            config.write_text(changed)

    def kill_server_at(self, size_bytes):
        deadline = time.monotonic() + 60
        while self.server_bytes() < size_bytes:
            if time.monotonic() > deadline:
                raise RuntimeError("the server's folder does not grow")
            time.sleep(0.005)
        self.server.kill()

    def server_bytes(self):
        return sum(each.stat().st_size for each in self.server.folder.rglob("*") if each.is_file())

    def end_app(self):
        if self.app is not None:
            self.app.stop()
            self.app = None

    def obey(self, order):
        for name, what in (("run", self.run), ("invite", self.invite), ("host", self.host), ("launch", self.launch),
                           ("join", self.join), ("server", self.set_server)):
            if name in order:
                return what(order)
        raise RuntimeError("no such order")


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("folder")
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--ports", type=lambda text: [int(port) for port in text.split(":")])
    return vars(parser.parse_args())


def main():
    world = World(**options())
    try:
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            try:
                answer = world.obey(json.loads(line))
            except Exception as error:  # noqa: BLE001: whatever it is, the test is told
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), flush=True)
    finally:
        world.end_app()
        world.server.stop()


main()
