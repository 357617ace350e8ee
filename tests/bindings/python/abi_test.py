"""A library of the core by itself: it opens a store, and answers errors with their reasons.

Run: python3 abi_test.py libqingfeng.so
"""
import sys
import tempfile

from qingfeng import Client, Failed


def refused(client, method, **request):
    try:
        client.call(method, **request)
    except Failed as failed:
        return failed.code, failed.reason
    raise AssertionError(f"{method} succeeded")


with Client(sys.argv[1]) as client, tempfile.TemporaryDirectory() as folder:
    assert refused(client, "FieldService/ListDrafts")[0] == 9, "a method that needs a store before one is open"
    assert client.call("VaultService/Open", folder=folder + "/store")["session"]["state"] == "SESSION_STATE_EMPTY"
    assert refused(client, "VaultService/Unlock", pin="1234") == (9, "REASON_NOT_ENROLLED")
    assert refused(client, "VaultService/Enrol", invitation="QF1:half", pin="copper-willow-station") == (3, "REASON_INVITATION")
    client.close()
print("the core answers Python")
