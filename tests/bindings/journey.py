"""What a binding's phone does at a real office: enrols, mistypes its PIN, files a report with a file, and syncs."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "round"))

from office import Programs, Server, Store, enrol, found, invitation_of  # noqa: E402

PIN, WHAT = "copper-willow-station", "三月十五日晚宴请代表"


def output_of(*argv, stdin="", timeout=300, errors=False, **environment):
    """What a program printed, after it ended well; with what it wrote to standard error, if asked."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, encoding="utf-8", timeout=timeout,
                          env={**os.environ, "LC_ALL": "C.UTF-8", **environment})
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + (done.stderr if errors else "")


def phone_reports(test, build, phone):
    """The store of a case manager's desk that has read the report, and the report's position in the log. `phone` runs the
    binding's phone with the words and the standard input that it is given, and returns what it printed."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qf-binding-"))
    test.addCleanup(shutil.rmtree, folder)
    programs = Programs(build)
    server = Server(programs, folder / "server")
    admin, manager, store = (Store(programs, folder / name, PIN) for name in ("admin", "manager", "phone"))
    test.addCleanup(server.stop)
    found(server, admin, folder, "--shares-folder", str(folder / "shares"))
    enrol(admin, manager, "case-manager", "manager")
    admin.run("invite", "--role", "informant", "--name", "phone", "--no-qr", "--out", str(invitation_of(store)))
    admin.run("sync")
    phone("enrol", str(store.folder), stdin=f"{PIN}\n{invitation_of(store).read_text().strip()}\n")
    for each in (admin, manager, manager, admin):
        each.run("sync")
    photo = folder / "photo.txt"
    photo.write_text("菜单\n" * 20_000)
    said = phone("report", str(store.folder), str(photo), stdin=f"{PIN}\n{WHAT}\n")
    manager.run("sync")
    return manager, said.strip().splitlines()[-1].removeprefix("at ")


def desk_reads_what_a_phone_reports(test, build, phone):
    """The same, and the manager's desk has that report and no other."""
    manager, position = phone_reports(test, build, phone)
    arrivals = manager.ask("desk", "register")["arrivals"]
    test.assertEqual([(each["position"], each["report"]["title"]) for each in arrivals], [(position, WHAT)])
