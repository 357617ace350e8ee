"""A phone in Python, step by step, for phone_test.py; its report is filed by the sample of docs/bindings.md, in SAMPLES.

    phone.py LIBRARY SAMPLES enrol STORE
    phone.py LIBRARY SAMPLES report STORE PHOTO

Standard input has the PIN in its first line, then the invitation or what to report.
"""
import sys
import time

from qingfeng import Client, Failed

LIBRARY, SAMPLES, STEP, STORE, *PHOTO = sys.argv[1:]
sys.path.insert(0, SAMPLES)

from report import report  # noqa: E402


def refusal(client, method, **request):
    try:
        client.call(method, **request)
    except Failed as failed:
        return failed
    raise AssertionError(f"{method} succeeded")


def enrol(pin, text):
    with Client(LIBRARY) as client:
        client.call("VaultService/Open", folder=STORE)
        session = client.call("VaultService/Enrol", invitation=text, pin=pin)["session"]
        assert session["state"] == "SESSION_STATE_PROVISIONAL", session["state"]
        list(client.stream("FieldService/Sync"))


def mistype_pin(pin):
    """A wrong PIN is refused with its reason and with a wait that the error names, and the right one opens afterwards."""
    with Client(LIBRARY) as client:
        client.call("VaultService/Open", folder=STORE)
        assert refusal(client, "FieldService/CreateDraft").reason == "REASON_LOCKED"
        wrong = refusal(client, "VaultService/Unlock", pin="something-else-entirely")
        assert (wrong.reason, wrong.code) == ("REASON_PIN_WRONG", 16), wrong
        time.sleep(wrong.retry_after_ms / 1000)
        client.call("VaultService/Unlock", pin=pin)
        list(client.stream("FieldService/Sync"))  # brings its certificate, and the key to seal to
        assert client.call("VaultService/GetSession")["session"]["state"] == "SESSION_STATE_ACTIVE"


def main():
    pin, text = input(), input()
    if STEP == "enrol":
        return enrol(pin, text)
    mistype_pin(pin)
    item = report(LIBRARY, STORE, pin, PHOTO[0], text)
    assert item["state"] == "ITEM_STATE_COMPLETE", item["state"]
    assert [each["sent_bytes"] for each in item["files"]] == [each["sealed_bytes"] for each in item["files"]]
    assert len(item["files"]) == 1
    print(f"at {item['position']}")


main()
