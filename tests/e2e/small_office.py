"""A server and three people of one office, synced until everybody holds what they need. Both tests of this folder start from it."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "round"))

from office import Server, Store, enrol, found  # noqa: E402


def small_office(programs, folder, pin, ports=None):
    """(server, administrator, case manager, informant), with stores below `folder` and that PIN."""
    server = Server(programs, folder / "server", ports)
    admin, manager, phone = (Store(programs, folder / name, pin) for name in ("admin", "manager", "phone"))
    found(server, admin, folder, "--shares-folder", str(folder / "shares"))
    for store, role in ((manager, "case-manager"), (phone, "informant")):
        enrol(admin, store, role, store.name)
    for store in (admin, manager, manager, admin, phone):
        store.run("sync")
    return server, admin, manager, phone
