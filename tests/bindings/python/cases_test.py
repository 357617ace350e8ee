"""The cases of tests/bindings/cases in Python, over ctypes.

    cases_test.py LIBRARY CASES_FOLDER REASON_PROTO
"""
import base64
import json
import pathlib
import re
import sys
import threading
import time
import unittest

from qingfeng import Bytes, Client, Failed

LIBRARY, FOLDER, REASONS = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
STREAM, ENDLESS = "EventService/EchoStream", 1_000_000


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def data(size, seed=0):
    """Bytes of all values, another sequence for each seed; as ProtoJSON has them."""
    return base64.b64encode(bytes((i * 31 + (i >> 8) + seed) & 255 for i in range(size))).decode()


def echo_request(one):
    if "request_bytes" in one:  # text, where the request has a size: base64 grows by four
        return {"text": "a" * (one["request_bytes"] - len(json.dumps({"text": ""})))}
    return {"text": one["text"]} if "text" in one else {"data": data(one["data_bytes"])}


class FromInside(Client):
    """Calls everything from inside its listener, at the first two messages of its first call."""

    inner = None

    def hear(self, context, number, kind, code, data):
        outer = self.calls[number]
        super().hear(context, number, kind, code, data)
        if (number, kind) != (1, 1):
            return
        if self.inner is None:
            self.inner = self.stream("EventService/Echo", 1, text="inside")
            self.closed = self.close()
            self.credited = self.core.qf_credit(self.handle, number, 1)
        else:
            outer.cancel()


class Cases(unittest.TestCase):
    def setUp(self):
        self.client = Client(LIBRARY)
        self.addCleanup(self.client.close)

    def fails(self, body):
        """The error of what must fail."""
        with self.assertRaises(Failed) as caught:
            body()
        return caught.exception

    def echo(self, client=None, **request):
        return (client or self.client).call("EventService/Echo", **request)

    def reason_of_end(self, call):
        """"" if it succeeded."""
        try:
            for _ in call:
                pass
            return ""
        except Failed as failed:
            return failed.reason

    def wait_for(self, holds):
        deadline = time.monotonic() + 30
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.001)

    def test_echo(self):
        for one in read("echo")["cases"]:
            with self.subTest(one["name"]):
                request = echo_request(one)
                if "reason" in one:
                    self.assertEqual(self.fails(lambda: self.echo(**request)).reason, one["reason"])
                else:
                    self.assertEqual(self.echo(**request), {"text": "", "data": "", **request})

    def test_failures(self):
        # Every reason, from where the contract lists them with their codes.
        codes = {name: int(code) for name, code in re.findall(r"(REASON_\w+) = \d+ \[\(reason_info\) = {code: (\d+)", REASONS.read_text())}
        case = read("failures")
        self.assertGreater(len(codes), len(case["known"]))
        for reason, code in codes.items():
            error = self.fails(lambda: self.echo(fail=reason))
            self.assertEqual((error.reason, error.code, str(error)), (reason, code, f"{reason}: as the request asked"))
        self.assertEqual({one["reason"]: one["code"] for one in case["known"]}.items() - codes.items(), set())
        call, got = self.client.stream(STREAM, count=case["stream_messages"], fail="REASON_DISK_FULL"), []
        error = self.fails(lambda: got.extend(each["index"] for each in iter(call)))
        self.assertEqual((error.reason, got), ("REASON_DISK_FULL", list(range(case["stream_messages"]))))

    def test_streams(self):
        for one in read("stream")["cases"]:
            with self.subTest(one["name"]):
                call = self.client.stream(STREAM, one["window"], count=one["count"], text="风")
                bound, messages = min(one["count"], one["pause_after"] + one["window"]), iter(call)
                for index in range(one["pause_after"]):
                    self.assertEqual(next(messages)["index"], index)
                self.wait_for(lambda: call.delivered >= bound)
                time.sleep(0.05)  # what comes beyond the bound, comes in this time
                self.assertEqual(call.delivered, bound)
                self.assertEqual([each["index"] for each in messages], list(range(one["pause_after"], one["count"])))
                self.assertEqual((call.delivered, call.ends), (one["count"], 1))

    def test_cancel_races(self):
        calls = []
        for one in read("cancel")["cases"]:
            for _ in range(one["rounds"]):
                call = self.client.stream(STREAM, one["window"], count=one["count"])
                calls.append(call)
                messages = iter(call)
                for index in range(one["after_messages"]):
                    self.assertEqual(next(messages)["index"], index)
                call.cancel()
                reason = self.reason_of_end(call)
                self.assertIn(reason, ("", "REASON_CANCELLED"))
                self.assertTrue(reason or call.delivered == one["count"])
        self.client.close()  # no event comes any more
        self.assertEqual({call.ends for call in calls}, {1})

    def test_closed_clients(self):
        call = self.client.stream(STREAM, 1, count=1000)
        self.assertEqual((self.client.close(), self.client.close()), (0, 0))
        self.assertEqual(self.reason_of_end(call), "REASON_CANCELLED")
        self.assertEqual(self.fails(self.echo).reason, "REASON_STATE")
        call.cancel()
        core, nothing = self.client.core, Bytes(None, 0)
        for stale in (self.client.handle, 0x7FFF_0000_0003, 0, 2**64 - 1):
            self.assertEqual(core.qf_start(stale, 1, b"a/b", nothing, 1), 5)
            self.assertEqual((core.qf_credit(stale, 1, 1), core.qf_cancel(stale, 1)), (5, 5))
        self.assertEqual(core.qf_close(2**64 - 1), 5)

    def call_until_closed(self, client, ends):
        """What was under way just then may have been cancelled before."""
        while True:
            try:
                self.echo(client)
            except Failed as failed:
                ends.append(failed.reason)
                if failed.reason != "REASON_CANCELLED":
                    return

    def test_closed_while_busy(self):
        case = read("lifetime")
        for attempt in range(case["rounds"]):
            with Client(LIBRARY) as client:
                ends = []
                streams = [client.stream(STREAM, 2, count=ENDLESS) for _ in range(case["streams"])]
                callers = [threading.Thread(target=self.call_until_closed, args=(client, ends)) for _ in range(case["callers"])]
                for caller in callers:
                    caller.start()
                time.sleep(attempt % 5 / 1000)
                self.assertEqual(client.close(), 0)
                for caller in callers:
                    caller.join(30)
            self.assertEqual([self.reason_of_end(call) for call in streams], ["REASON_CANCELLED"] * case["streams"])
            self.assertEqual(ends.count("REASON_STATE"), case["callers"])
            self.assertLessEqual(set(ends), {"REASON_STATE", "REASON_CANCELLED"})

    def test_a_listener_may_call_anything_but_close(self):
        with FromInside(LIBRARY) as client:
            outer = client.stream(STREAM, 1, count=ENDLESS)
            self.wait_for(lambda: outer.ends)
            self.assertEqual((self.reason_of_end(outer), outer.delivered), ("REASON_CANCELLED", 2))
            self.assertEqual((client.closed, client.credited), (9, 0))
            self.assertEqual([each["text"] for each in client.inner], ["inside"])

    def test_threads(self):
        case = read("threads")
        good = []

        def caller(thread):
            for number in range(case["calls_each"]):
                wanted = data(case["data_bytes"], thread * case["calls_each"] + number)
                if self.echo(data=wanted)["data"] == wanted:
                    good.append(number)

        threads = [threading.Thread(target=caller, args=(each,)) for each in range(case["threads"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        self.assertEqual(len(good), case["threads"] * case["calls_each"])


unittest.main(argv=sys.argv[:1])
