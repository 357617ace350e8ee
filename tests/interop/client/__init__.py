"""A second client of Qingfeng, in Python, written from docs/protocol.md, proto/ and tests/vectors alone.

It shares no code with the programs that it talks to; sealing comes from tests/vectors/sealing.py, likewise written from
the page. It keeps everything in memory: it shows that the page suffices, and is no program for people.
"""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
if str(ROOT / "tests/vectors") not in sys.path:
    sys.path.append(str(ROOT / "tests/vectors"))


class Unverified(Exception):
    """What the other side sent does not verify."""


def check(holds, what):
    """Raises Unverified with `what` unless it holds."""
    if not holds:
        raise Unverified(what)
