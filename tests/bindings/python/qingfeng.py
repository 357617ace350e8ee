"""The C ABI in Python, over ctypes alone: payloads are ProtoJSON, as dictionaries. For tools and tests.

Every function may be called on any thread. Whatever is waited for here and does not come within five minutes is an error.
"""
import ctypes
import itertools
import json
import queue

CODES = {3: "REASON_TOO_LARGE", 5: "REASON_STATE", 8: "REASON_BUSY"}  # of what qf_start itself refuses
EVENT_SECONDS = 300


class Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t)]


LISTENER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int32, ctypes.c_int32, Bytes)


class Failed(Exception):
    """How a call ended: `code` says what a program should do, `reason` what happened."""

    def __init__(self, code, status):
        detail = next(iter(status.get("details", [])), {})
        self.code, self.reason, self.retry_after_ms = code, detail.get("reason", ""), int(detail.get("retry_after_ms", 0))
        super().__init__(f"{self.reason}: {status.get('message', '')}")


class Call:
    """A call under way: its messages, in order, each of which gives credit for another once it is taken."""

    def __init__(self, client, number):
        self.client, self.number, self.events, self.delivered, self.ends = client, number, queue.SimpleQueue(), 0, 0

    def __iter__(self):
        while True:
            end, code, data = self.events.get(timeout=EVENT_SECONDS)
            if end and code != 0:
                raise Failed(code, data)
            if end:
                return
            self.client.core.qf_credit(self.client.handle, self.number, 1)
            yield data

    def cancel(self):
        self.client.core.qf_cancel(self.client.handle, self.number)


class Client:
    """One core. `with` closes it."""

    def __init__(self, library):
        self.core = ctypes.CDLL(library)
        self.core.qf_open.restype = ctypes.c_uint64
        self.core.qf_start.argtypes = [ctypes.c_uint64, ctypes.c_uint64, ctypes.c_char_p, Bytes, ctypes.c_int32]
        self.core.qf_credit.argtypes = [ctypes.c_uint64, ctypes.c_uint64, ctypes.c_int32]
        self.core.qf_cancel.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
        self.core.qf_close.argtypes = [ctypes.c_uint64]
        self.calls, self.numbers = {}, itertools.count(1)
        self.listener = LISTENER(self.hear)  # kept: ctypes frees a callback that nobody holds
        self.handle = self.core.qf_open(self.listener, None)
        if self.handle == 0:
            raise Failed(8, {"message": "no memory, thread or handle for another client"})

    def hear(self, _, number, kind, code, data):
        """The listener, on the core's own thread."""
        call, end = self.calls[number], kind == 2
        said = json.loads(ctypes.string_at(data.data, data.size)) if data.size else {}
        call.delivered, call.ends = call.delivered + (not end), call.ends + end
        call.events.put((end, code, said))
        if end:
            del self.calls[number]

    def stream(self, method, window=16, **request):
        """Starts a call; iterate over what it gives back."""
        payload = json.dumps(request, ensure_ascii=False).encode()
        call = Call(self, next(self.numbers))
        self.calls[call.number] = call
        name = f"qingfeng.client.v1.{method}".encode()
        code = self.core.qf_start(self.handle, call.number, name, Bytes(ctypes.cast(payload, ctypes.c_void_p), len(payload)), window)
        if code != 0:
            del self.calls[call.number]
            raise Failed(code, {"details": [{"reason": CODES.get(code, "")}], "message": "the call was not started"})
        return call

    def call(self, method, **request):
        """A unary call: its response."""
        return list(self.stream(method, 1, **request))[-1]

    def close(self):
        """Ends every call. A client that is closed stays so."""
        return self.core.qf_close(self.handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
