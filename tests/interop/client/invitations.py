"""Invitations, and what their secret stands for. docs/protocol.md, "Invitation and ENROL"."""
import base64
import binascii
import hmac
import re

from google.protobuf.message import DecodeError

import sealing

from client import check
from client import messages as qf
from client.records import office_id_of, sha256

ADDRESS = re.compile(r"([!-~]*[!-9;-~]|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")


def read_invitation(text):
    text = "".join(text.split())
    check(text.startswith("QF1:"), "an invitation's beginning")
    try:
        data = base64.b64decode(text[4:] + "=" * (-len(text[4:]) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        data = b""
    message, digest = data[:-4], data[-4:]
    check(len(data) > 4 and digest == sha256(b"qingfeng/invitation/1\0" + message)[:4], "an invitation's check")
    invitation = qf.invitation.Invitation()
    try:
        invitation.ParseFromString(message)
    except DecodeError:
        check(False, "an invitation's message")
    check_bounds(invitation)
    return invitation


def check_bounds(invitation):
    check(len(invitation.address) <= 261 and ADDRESS.fullmatch(invitation.address), "an invitation's address")
    check(1 <= int(invitation.address.rpartition(":")[2]) <= 65535, "an invitation's port")
    authorities = invitation.tls_authorities
    sizes = [len(der) for der in authorities]
    check(1 <= len(sizes) <= 2 and all(1 <= size <= 500 for size in sizes), "an invitation's authorities")
    keys = (invitation.root_key, invitation.log_key, invitation.invitation_id, invitation.secret)
    lengths = [len(key) for key in keys]
    check(lengths == [32, 32, 16, 16] and any(invitation.invitation_id), "an invitation's keys")
    check(invitation.log_term >= 1, "an invitation's term")


def token_of(invitation):
    return sealing.hkdf(invitation.secret, invitation.invitation_id, b"qingfeng/invitation-token/1\0", 16)


def mac_key_of(invitation):
    return sealing.hkdf(invitation.secret, invitation.invitation_id, b"qingfeng/invitation-mac/1\0", 32)


def enrol_part(invitation, signing_public, sealing_public):
    token = token_of(invitation)
    mac = hmac.digest(mac_key_of(invitation), b"qingfeng/enrol/1\0" + invitation.invitation_id + token + signing_public
                      + sealing_public, "sha256")
    device = qf.clear.DeviceKeys(signing_key=signing_public, sealing_key=sealing_public)
    return qf.clear.Enrol(device=device, invitation_id=invitation.invitation_id, token=token, mac=mac)


def office_of(invitation):
    return office_id_of(invitation.root_key)
