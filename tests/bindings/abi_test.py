"""The C ABI from Python's ctypes, payloads as ProtoJSON: no protobuf runtime. Opens a store and asks for its session.

Run: python3 abi_test.py libqingfeng.so
"""
import ctypes
import json
import queue
import sys
import tempfile


class Bytes(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


LISTENER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int32, ctypes.c_int32, Bytes)


class Client:
    def __init__(self, library):
        self.core = ctypes.CDLL(library)
        self.core.qf_open.restype = ctypes.c_uint64
        self.core.qf_start.argtypes = [ctypes.c_uint64, ctypes.c_uint64, ctypes.c_char_p, Bytes, ctypes.c_int32]
        self.core.qf_close.argtypes = [ctypes.c_uint64]
        self.events = queue.Queue()
        # The reference is kept: ctypes frees a callback that nobody holds.
        self.listener = LISTENER(lambda _, call, kind, code, data: self.events.put((call, kind, code, ctypes.string_at(data.data, data.size) if data.size else b"")))
        self.client = self.core.qf_open(self.listener, None)
        assert self.client != 0
        self.calls = 0

    def call(self, method, **request):
        self.calls += 1
        payload = json.dumps(request, ensure_ascii=False).encode()
        assert self.core.qf_start(self.client, self.calls, f"qingfeng.client.v1.{method}".encode(), Bytes(payload, len(payload)), 16) == 0
        answers = []
        while True:
            call, kind, code, data = self.events.get(timeout=30)
            assert call == self.calls
            if kind == 1:
                answers.append(json.loads(data))
            else:
                return code, answers, json.loads(data) if data else None

    def close(self):
        assert self.core.qf_close(self.client) == 0


def main():
    client = Client(sys.argv[1])
    for text in ("", "风", "a" * 100_000, "🪁 \u0000 end"):
        code, answers, _ = client.call("EventService/Echo", text=text)
        assert code == 0 and answers[0]["text"] == text
    code, answers, _ = client.call("EventService/EchoStream", text="x", count=16)
    assert code == 0 and [a["index"] for a in answers] == list(range(16))
    code, _, status = client.call("EventService/Echo", fail="REASON_PIN_WRONG")
    assert code == 16 and status["details"][0]["reason"] == "REASON_PIN_WRONG"
    with tempfile.TemporaryDirectory() as folder:
        code, _, status = client.call("FieldService/ListDrafts")
        assert code == 9, "a method that needs a store before one is open"
        code, answers, _ = client.call("VaultService/Open", folder=folder + "/store")
        assert code == 0 and answers[0]["session"]["state"] == "SESSION_STATE_EMPTY"
        code, _, status = client.call("VaultService/Unlock", pin="1234")
        assert code == 9 and status["details"][0]["reason"] == "REASON_NOT_ENROLLED"
        code, _, status = client.call("VaultService/Enrol", invitation="QF1:half", pin="copper-willow-station")
        assert code == 3 and status["details"][0]["reason"] == "REASON_INVITATION"
        client.close()
    print("the core answers Python")


main()
