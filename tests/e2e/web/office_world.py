"""The office around a browser: real programs, told what to do by lines of JSON on stdin; each is answered by one line.

    office_world.py BUILD_FOLDER FOLDER      answers {"ready": true} once the office stands

    {"run": "manager", "words": ["sync"]}    a command of admin, manager or phone  -> what it prints
    {"invite": "name"}                       -> {"invitation": text} for an informant, known to the server
    {"host": "pc", "profile": "field"}       starts `qingfeng app` over the store pc -> {"url": launch address}
    {"launch": true}                         -> {"url": the launch address of now}
    {"host": null}                           ends it
    {"server": "stop"} or "start"
"""
import json
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1]), str(pathlib.Path(__file__).resolve().parents[3] / "tools" / "round")]

from office import Hosted, Programs, Store  # noqa: E402
from small_office import small_office  # noqa: E402

PIN = "amber-river-lantern"


class World:
    def __init__(self, build, folder):
        self.programs, self.folder = Programs(build), pathlib.Path(folder)
        self.server, *stores = small_office(self.programs, self.folder, PIN)
        self.stores = {store.name: store for store in stores}
        self.app = None

    def run(self, order):
        return self.stores[order["run"]].run(*order["words"])

    def invite(self, order):
        file = self.folder / (order["invite"] + ".invitation")
        self.stores["admin"].run("invite", "--role", "informant", "--name", order["invite"], "--no-qr", "--out", str(file))
        self.stores["admin"].run("sync")
        return {"invitation": file.read_text().strip()}

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

    def set_server(self, order):
        self.server.start() if order["server"] == "start" else self.server.stop()
        return {}

    def end_app(self):
        if self.app is not None:
            self.app.stop()
            self.app = None

    def obey(self, order):
        for name, what in (("run", self.run), ("invite", self.invite), ("host", self.host), ("launch", self.launch),
                           ("server", self.set_server)):
            if name in order:
                return what(order)
        raise RuntimeError("no such order")


def main():
    world = World(sys.argv[1], sys.argv[2])
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
