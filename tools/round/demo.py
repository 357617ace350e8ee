"""The story of the demonstration, step by step; see tools/demo. Every figure that it prints was measured in this run."""
import argparse
import concurrent.futures
import http.client
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.parse

import people
import reports
from office import Failed, Hosted, Programs, Server, Store, enrol, found, invitation_of, join, stop_left_running

SEED = 20260301
REPORTS = 300
PIN = "harbour-lantern-{:02d}"


class Demo:
    def __init__(self, build, folder):
        self.programs = Programs(build)
        self.folder = pathlib.Path(folder).resolve()
        self.rng = random.Random(SEED)
        self.began = time.monotonic()
        self.figures = {}
        self.pool = concurrent.futures.ThreadPoolExecutor(max_workers=3)

    def say(self, text):
        print(f"[{time.monotonic() - self.began:6.1f} s] {text}", flush=True)

    def each(self, what, items, work):
        """Runs `work` on every item, a few at a time, and shows how far it is."""
        items, done, results = list(items), 0, []
        for result in self.pool.map(work, items):
            results.append(result)
            done += 1
            if sys.stderr.isatty():
                print(f"\r  {what}: {done}/{len(items)}", end="", file=sys.stderr, flush=True)
        if sys.stderr.isatty():
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
        return results

    # --- an office

    def found_office(self):
        self.server = Server(self.programs, self.folder / "server")
        self.admin = Store(self.programs, self.folder / "desks" / "administrator", "violet-anchor-meadow")
        self.manager = Store(self.programs, self.folder / "desks" / "case-manager", "copper-willow-station")
        shares = self.folder / "recovery-shares"
        shares.mkdir(mode=0o700)
        found(self.server, self.admin, self.folder, "--name", "管理员", "--shares-folder", str(shares))
        enrol(self.admin, self.manager, "case-manager", "线索主管", "--unit", "办公室")
        townships = self.folder / "townships"
        townships.write_text("".join(f"{name} {column} {row}\n" for name, (column, row) in zip(people.TOWNSHIPS, people.PLACES)))
        self.admin.run("set-townships", str(townships))
        self.admin.run("sync")   # certifies
        self.manager.run("sync")  # certified: makes the office's first key
        self.manager.run("sync")
        self.say("An office: an administrator's desk, a case manager's desk, and its first key.")

    def enrol_field(self):
        self.phones = []
        for i, person in enumerate(people.field_people(SEED)):
            phone = Store(self.programs, self.folder / "phones" / f"{person[0]}-{i:02d}", PIN.format(i))
            phone.person = person
            self.phones.append(phone)
        for phone in self.phones:  # one desk, one process at a time
            role, name, unit, township = phone.person
            self.admin.run("invite", "--role", role, "--name", name, "--unit", unit, "--township", township, "--no-qr",
                           "--out", str(invitation_of(phone)))
        self.admin.run("sync")
        self.each("enrolling", self.phones, join)
        self.admin.run("sync")
        self.manager.run("sync")
        self.each("first sync", self.phones, lambda phone: phone.run("sync"))
        states = [phone.run("session")["session"]["state"] for phone in self.phones[:3]]
        if states != ["SESSION_STATE_ACTIVE"] * 3:
            raise Failed(f"devices were not certified: {states}")
        self.say(f"{len(self.phones)} field devices enrolled, certified, and hold the office's key.")

    # --- reports, with the server down

    def photographs(self):
        """Real photographs with camera metadata; a place is added, so that its removal is seen."""
        source = sorted(pathlib.Path("/usr/share/backgrounds/mate").rglob("*.jpg"), key=lambda p: p.stat().st_size)
        folder = self.folder / "photographs"
        folder.mkdir()
        chosen = [p for p in source if p.stat().st_size < 4_000_000][:8] + source[-1:]
        photos = []
        for i, path in enumerate(chosen):
            copy = folder / f"photo-{i}.jpg"
            shutil.copyfile(path, copy)
            subprocess.run(["exiftool", "-q", "-overwrite_original", "-GPSLatitude=38.52", "-GPSLatitudeRef=N", "-GPSLongitude=102.19",
                            "-GPSLongitudeRef=E", str(copy)], check=True, capture_output=True)
            photos.append(copy)
        return photos

    def file_reports(self):
        self.server.stop()
        photos = self.photographs()
        violations = [v["id"] for v in self.phones[0].run("violations")["violations"]]
        plan = []
        for i in range(REPORTS):
            phone = self.phones[i % len(self.phones)]
            report = reports.make(self.rng, i, phone.person[3], violations)
            report["phone"] = phone
            # Every fifth report has a photograph; a few have the largest, which takes long enough to be cut off.
            report["photo"] = None if i % 5 else photos[-1] if i % 25 == 0 else photos[(i // 5) % (len(photos) - 1)]
            report["kill"] = i % 15 == 7
            plan.append(report)
        by_phone = {}
        for report in plan:
            by_phone.setdefault(report["phone"].name, []).append(report)
        self.killed_filing = 0
        self.each("filing", by_phone.values(), self.file_for_phone)
        self.plan = plan
        self.figures["filed"] = sum(1 for report in plan if report.get("item"))
        self.say(f"{self.figures['filed']} reports filed offline; {self.killed_filing} processes were killed while filing and tried again.")

    def file_for_phone(self, mine):
        for report in mine:
            words = ["report"]
            for field in ("title", "what", "violation", "township", "stage", "when", "where", "person", "evidence"):
                words += [f"--{field}", report[field]]
            if report["photo"]:
                words += ["--attach", str(report["photo"])]
            if report["kill"]:
                process = report["phone"].start(*words)
                time.sleep(self.rng.uniform(0.05, 0.5))
                process.send_signal(signal.SIGKILL)
                out, _ = process.communicate()
                self.killed_filing += 1
                confirmed = self.item_of(out)
                if confirmed:
                    report["item"] = confirmed
                    continue
                already = report["phone"].run("items", "--search", report["canary"])["items"]
                if already:  # durable before it could say so
                    report["item"] = already[0]["item_id"]
                    continue
            report["item"] = report["phone"].run(*words)["item"]["item_id"]

    @staticmethod
    def item_of(out):
        try:
            return json.loads(out)["item"]["item_id"]
        except (ValueError, KeyError):
            return None

    # --- sync, with everything going wrong

    def sync_all(self):
        self.server.start()
        counts = {"resumed": 0, "sent": 0, "resent": 0, "saved": 0, "killed": 0}
        with_large = [r["phone"] for r in self.plan if r["photo"] and r["photo"].stat().st_size > 4_000_000]
        for phone in with_large[:6]:
            if self.cut_upload(phone, counts):
                counts["killed"] += 1
        half = len(self.phones) // 2
        self.each("syncing", self.phones[:half], lambda phone: self.sync_one(phone, counts))
        backup = self.folder / "server-copy"
        self.server.backup(backup)
        self.backup = backup
        # The server is killed while the others sync, and started again.
        waiting = [self.pool.submit(self.sync_patiently, phone, counts) for phone in self.phones[half:]]
        time.sleep(1.5)
        self.server.kill()
        time.sleep(0.5)
        self.server.start()
        for future in waiting:
            future.result()
        self.each("syncing again", self.phones, lambda phone: self.sync_one(phone, counts))
        self.manager.run("sync")
        self.admin.run("sync")
        outbox = self.each("outbox", self.phones, lambda phone: phone.run("outbox").get("items", []))
        items = self.each("items", self.phones, lambda phone: phone.run("items", "--limit", "1000")["items"])
        proven = {i["item_id"]: i for mine in items for i in mine}
        good = {"ITEM_STATE_PROVEN", "ITEM_STATE_COMPLETE", "ITEM_STATE_DELIVERED"}
        self.figures["acknowledged"] = sum(1 for r in self.plan if proven.get(r["item"], {}).get("state") in good)
        self.figures["killed_processes"] = self.killed_filing + counts["killed"] + self.server.kills
        self.figures["resumed_uploads"] = counts["resumed"]
        self.figures["blob_bytes"] = sum(int(f["sealed_bytes"]) for i in proven.values() for f in i.get("files", []))
        self.figures["blob_bytes_sent"] = counts["sent"]
        self.left = sum(len(box) for box in outbox)
        self.say(f"Everything synced over TLS: {self.figures['acknowledged']} reports proven, {counts['resumed']} uploads resumed, "
                 f"{counts['saved'] / 1e6:.1f} MB of them not sent again; the server was killed once on the way.")

    def note(self, counts, result):
        counts["resumed"] += int(result.get("files_resumed", 0))
        counts["sent"] += int(result.get("file_bytes_sent", 0))
        counts["resent"] += int(result.get("file_bytes_resent", 0))
        counts["saved"] += int(result.get("file_bytes_saved", 0))

    def sync_one(self, phone, counts):
        self.note(counts, phone.run("sync"))

    def sync_patiently(self, phone, counts):
        for _ in range(20):
            result = phone.run("sync", fail_ok=True)
            if result is not None:
                return self.note(counts, result)
            time.sleep(0.5)
        raise Failed(f"{phone.name} does not come through")

    def cut_upload(self, phone, counts):
        """Kills a sync once part of a file has gone."""
        process = phone.start("sync", "--watch")
        sent = 0
        for line in process.stdout:
            try:
                state = json.loads(line)
            except ValueError:
                continue
            sent = int(state.get("file_bytes_sent", 0))
            if sent > 0 and int(state.get("file_bytes_left", 0)) > 0:
                break
            if state.get("settled"):
                break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        counts["sent"] += sent
        return True

    # --- at the desk

    def open_at_desk(self):
        arrivals = self.manager.run("desk", "register", "--limit", "1000")["arrivals"]
        by_canary = {}
        for arrival in arrivals:
            text = arrival.get("report", {}).get("what", "")
            by_canary.setdefault(text.rsplit(" ", 1)[-1], []).append(arrival)
        wanted = [r for r in self.plan if r.get("item")]
        self.figures["opened_at_desk"] = sum(1 for r in wanted if r["canary"] in by_canary)
        self.figures["lost"] = len(wanted) - self.figures["opened_at_desk"]
        self.figures["doubled"] = sum(len(found) - 1 for found in by_canary.values())
        self.figures["altered"] = sum(1 for r in wanted for a in by_canary.get(r["canary"], [])[:1]
                                      if (a["report"]["what"], a["report"]["title"], a["report"]["township"]) != (r["what"], r["title"], r["township"]))
        for report in wanted:
            found = by_canary.get(report["canary"])
            report["record"] = found[0]["record_id"] if found else None
        self.check_pictures([r for r in wanted if r["photo"] and r["record"]][:4])
        self.say(f"The case manager's desk opened {self.figures['opened_at_desk']} reports; their pictures carry no place any more.")

    def check_pictures(self, some):
        folder = self.folder / "opened"
        folder.mkdir(exist_ok=True)
        for i, report in enumerate(some):
            to = folder / f"{i}.jpg"
            to.unlink(missing_ok=True)
            self.manager.run("desk", "open-attachment", report["record"], "1", "--to", str(to))
            place = subprocess.run(["exiftool", "-s3", "-GPSLatitude", "-Model", str(to)], capture_output=True, text=True, check=True).stdout.strip()
            if place or to.stat().st_size < 10_000:
                raise Failed("a picture still tells where or with what it was taken, or did not open")

    def answer(self):
        answered = [r for r in self.plan if r["record"]][::12]
        for report in answered:
            self.manager.run("desk", "reply", report["record"], f"已收到，正在核实。Received, we look into it. {report['canary']}")
        self.manager.run("sync")
        self.figures["replies_sent"] = len(answered)
        read = 0
        for report in answered:
            report["phone"].run("sync")
            messages = report["phone"].run("inbox", report["item"])["messages"]
            read += any(report["canary"] in m["message"]["text"] and not m["own"] for m in messages)
        self.figures["replies_read"] = read
        self.say(f"{len(answered)} reports answered, {read} answers read by those who reported.")

    # --- one phone is revoked

    def revoke(self):
        phone = self.phones[-1]
        extra = reports.make(self.rng, REPORTS, phone.person[3], [self.plan[0]["violation"]])
        extra["phone"], extra["photo"], extra["kill"] = phone, None, False
        self.file_for_phone([extra])
        self.plan.append(extra)
        self.figures["filed"] += 1
        key = phone.run("session")["session"]["device_key"]
        self.admin.run("revoke", key)
        self.admin.run("sync")
        for _ in range(3):  # drains, then erases itself; afterwards there is nothing left to sync
            phone.run("sync", fail_ok=True)
        left = [p for p in phone.folder.rglob("*") if p.is_file()] if phone.folder.exists() else []
        secrets = [p for p in left if p.name.startswith(("vault", "store"))]
        self.manager.run("sync")
        found = self.manager.run("desk", "register", "--search", extra["canary"])["arrivals"]
        if found:
            extra["record"] = found[0]["record_id"]
            self.figures["acknowledged"] += 1
            self.figures["opened_at_desk"] += 1
        else:
            self.figures["lost"] += 1
        self.figures["revoked_and_wiped"] = int(bool(found) and not secrets)
        self.say("One phone was revoked: it sent what it had filed, then erased its keys and everything else.")

    # --- the server's disk is put back to an older copy

    def restore(self):
        before = self.manager.run("verify-log")
        self.server.restore(self.backup)
        self.admin.run("sync", fail_ok=True)  # is told that the log is an older copy
        restarted = self.admin.run("restart", "--cause", "restored from the copy of the day")
        self.figures["restored_from_older_copy"] = 1
        desks, devices = [self.admin, self.manager], self.phones[:-1]
        for _ in range(3):
            for desk in desks:
                desk.run("sync", fail_ok=True)
            self.each("refilling", devices, lambda phone: phone.run("sync", fail_ok=True))
        self.admin.run("end-refill")
        for desk in desks * 2:
            desk.run("sync")
        self.figures["refilled_records"] = int(before["size"]) - int(restarted["kept_size"])
        arrivals = self.manager.run("desk", "register", "--limit", "1000")["arrivals"]
        there = {a.get("report", {}).get("what", "").rsplit(" ", 1)[-1] for a in arrivals}
        self.figures["lost"] = sum(1 for r in self.plan if r.get("item") and r["canary"] not in there)
        self.say(f"The server came back from an older copy; an administrator began a new term, and the devices refilled "
                 f"{self.figures['refilled_records']} records.")

    # --- proofs

    def verify(self):
        def receipts_of(phone):
            mine = [r for r in self.plan if r["phone"] is phone and r.get("item")]
            good = 0
            for report in mine:
                receipt = phone.run("receipt", report["item"], fail_ok=True)
                good += receipt is not None
            return good
        self.figures["receipts_verified"] = sum(self.each("receipts", self.phones[:-1], receipts_of))
        export = self.folder / "log.export"
        export.unlink(missing_ok=True)
        self.manager.run("export-log", str(export))
        root = self.manager.run("verify-log")
        offline = self.manager.run("verify-log", "--file", str(export))
        self.figures["log_size"] = int(root["size"])
        self.figures["log_verified"] = bool(root["verified"] and offline["verified"] and root["root"] == offline["root"])
        self.say(f"{self.figures['receipts_verified']} receipts and the whole log of {self.figures['log_size']} entries verify offline.")

    def canaries(self):
        """Looks for every report's own word in everything that the server keeps or says."""
        words = [r["canary"].encode() for r in self.plan]
        hits = 0
        for place in (self.server.folder, self.folder / "server-lost", self.backup):
            for path in place.rglob("*"):
                if path.is_file():
                    data = path.read_bytes()
                    hits += b"canary" in data or any(word in data for word in words)
        hits += b"canary" in self.server.log.read_bytes()
        self.figures["canary_words"], self.figures["canary_hits"] = len(words), hits
        self.say(f"A search for {len(words)} words of the reports in the server's files and log found {hits}.")

    # --- on screen

    def host_apps(self):
        """A desk and a phone for a browser of this machine. The phone is one whose report was answered."""
        self.phone = next(r["phone"] for r in self.plan if r["record"])
        self.apps = [Hosted(self.manager, "desk", "--lock-after", "480"), Hosted(self.phone, "field", "--lock-after", "480")]
        self.figures["apps_served"] = sum(self.serves(app) for app in self.apps)
        self.say("A desk and a phone are hosted for a browser.")

    @staticmethod
    def serves(app):
        """A browser's first two steps: the launch address lets it in, and the page is there. The next address is then new."""
        url = urllib.parse.urlsplit(app.address())
        cookie = {}
        for path in (url.path, "/"):
            connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=10)
            connection.request("GET", path, headers={"Host": url.netloc, **cookie})
            answer = connection.getresponse()
            page = answer.read()
            cookie = {"Cookie": (answer.headers.get("Set-Cookie") or "").partition(";")[0]}
            connection.close()
            if answer.status != 200:
                return False
        return b'id="app"' in page

    # --- the end

    def run(self):
        self.found_office()
        self.enrol_field()
        self.file_reports()
        self.sync_all()
        self.open_at_desk()
        self.answer()
        self.revoke()
        self.restore()
        self.verify()
        self.canaries()
        self.host_apps()
        self.figures["seconds"] = round(time.monotonic() - self.began, 1)

    def complaints(self):
        f = self.figures
        must = {
            "every report was filed": f["filed"] == REPORTS + 1,
            "every report was acknowledged": f["acknowledged"] == f["filed"],
            "every report was opened at the desk": f["opened_at_desk"] == f["filed"],
            "nothing was lost, doubled or altered": f["lost"] == f["doubled"] == f["altered"] == 0,
            "no outbox was left": self.left == 0,
            "processes were killed": f["killed_processes"] >= 10,
            "uploads were resumed": f["resumed_uploads"] >= 1,
            "every answer was read": f["replies_sent"] == f["replies_read"] > 0,
            "the revoked phone drained and wiped itself": f["revoked_and_wiped"] == 1,
            "the server was restored and refilled": f["restored_from_older_copy"] == 1 and f["refilled_records"] > 0,
            "every receipt verified": f["receipts_verified"] == sum(1 for r in self.plan if r["phone"] is not self.phones[-1]),
            "the log verified": f["log_verified"],
            "no canary was found": f["canary_hits"] == 0,
            "a desk and a phone are on screen": f["apps_served"] == 2,
        }
        return [what for what, holds in must.items() if not holds]

    def table(self):
        print("\n" + "\n".join(f"  {name:<26}{value}" for name, value in self.figures.items()) + "\n")

    def invitation_to_try(self):
        q = self.programs.qingfeng
        admin = f"{q} --store {self.admin.folder} --pin-file {self.admin.pin_file}"
        print("Open these in a browser of this machine (each lets one browser in; a file beside it has the next one):")
        for what, app, store in (("the desk", self.apps[0], self.manager), ("a phone", self.apps[1], self.phone)):
            print(f"  {what:<9} {app.address()}\n            PIN: {store.pin_file.read_text().strip()}    next: {app.address_file}")
        print(f"The server runs at {self.server.address}. The administrator's desk is for the command line:\n"
              f"  {admin} sync\n  {admin} devices\n  {admin} verify-log\nStop everything with: tools/demo --stop")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--stop", action="store_true")
    args = parser.parse_args()
    stop_left_running(args.folder)
    if args.stop:
        return 0
    shutil.rmtree(args.folder, ignore_errors=True)
    pathlib.Path(args.folder).mkdir(parents=True, mode=0o700)
    demo = Demo(args.build, args.folder)
    try:
        demo.run()
    except (Failed, subprocess.SubprocessError, OSError) as failure:
        print(f"The demonstration stopped: {failure}", file=sys.stderr)
        stop_left_running(args.folder)
        return 1
    demo.table()
    complaints = demo.complaints()
    for what in complaints:
        print(f"This must hold and does not: {what}", file=sys.stderr)
    if args.check:
        stop_left_running(args.folder)
        print(json.dumps(demo.figures, ensure_ascii=False))
    else:
        demo.invitation_to_try()
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
