"""Calls: gRPC over TLS whose only trust is the invitation's authority, signed. docs/protocol.md, "Calls"."""
import base64
import os
import textwrap

import grpc

from client import messages as qf

SKEW_SECONDS = 300
TIMEOUT_SECONDS = 20


class Refused(Exception):
    """A call ended with an error of the server, or none was reached."""

    def __init__(self, error):
        self.code, self.reason, self.retry_after_ms = error.code().name, "", 0
        details = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
        if details is not None:
            status = qf.status.Status.FromString(details)
            detail = qf.reason.ErrorDetail()
            if len(status.details) == 1 and status.details[0].Unpack(detail):
                self.reason, self.retry_after_ms = qf.reason_name(detail.reason), detail.retry_after_ms
        super().__init__(f"{self.code}({self.reason}): {error.details()}")


def signed_string(office_id, method, seconds, random):
    return (b"qingfeng/call/1\0" + office_id + len(method).to_bytes(2, "big") + method.encode()
            + seconds.to_bytes(8, "big") + random)


def call_token(key, office_id, method, seconds, random=None):
    random = random or os.urandom(16)
    signature = key.sign(signed_string(office_id, method, seconds, random))
    return office_id + key.public + seconds.to_bytes(8, "big") + random + signature


def pem(der):
    lines = textwrap.wrap(base64.b64encode(der).decode(), 64)
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode()


class Connection:
    def __init__(self, address, authorities):
        trust = grpc.ssl_channel_credentials(root_certificates=b"".join(pem(der) for der in authorities))
        options = [("grpc.enable_http_proxy", 0), ("grpc.max_receive_message_length", 16 * 1024 * 1024)]
        self.channel = grpc.secure_channel(address, trust, options)

    def close(self):
        self.channel.close()

    def call(self, method, request, response_type, token=None):
        """`request` is a message or bytes; Refused when the server answers with an error or cannot be reached."""
        metadata = [("qingfeng-call-bin", token)] if token is not None else []
        data = request if isinstance(request, bytes) else request.SerializeToString()
        try:
            answer = self.channel.unary_unary("/" + method)(data, timeout=TIMEOUT_SECONDS, metadata=metadata)
        except grpc.RpcError as error:
            raise Refused(error) from None
        return response_type.FromString(answer)
