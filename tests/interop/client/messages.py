"""The messages of proto/, compiled by protoc when this module is first imported."""
import atexit
import importlib
import os
import shutil
import subprocess
import sys
import tempfile

from client import ROOT


def _compile():
    folder = tempfile.mkdtemp(prefix="qf-proto-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    protos = ROOT / "proto"
    subprocess.run([os.environ.get("PROTOC", "protoc"), f"--proto_path={protos}", f"--python_out={folder}",
                    *(str(path) for path in sorted(protos.rglob("*.proto")))], check=True)
    sys.path.insert(0, folder)


_compile()


def _load(name):
    return importlib.import_module(name.replace("/", ".") + "_pb2")


status = _load("google/rpc/status")
reason = _load("qingfeng/common/v1/reason")
content = _load("qingfeng/content/v1/content")
report = _load("qingfeng/content/v1/report")
attest = _load("qingfeng/content/v1/attest")
message = _load("qingfeng/content/v1/message")
record = _load("qingfeng/record/v1/record")
clear = _load("qingfeng/record/v1/clear")
log = _load("qingfeng/record/v1/log")
export = _load("qingfeng/record/v1/export")
invitation = _load("qingfeng/client/v1/invitation")
sync = _load("qingfeng/server/v1/sync")
blob = _load("qingfeng/server/v1/blob")
enrolment = _load("qingfeng/server/v1/enrolment")
log_service = _load("qingfeng/server/v1/log")


def reason_name(number):
    """`GAP` of REASON_GAP; the number itself where this list is older than the other side's."""
    known = reason.Reason.DESCRIPTOR.values_by_number.get(number)
    return known.name.removeprefix("REASON_") if known else str(number)
