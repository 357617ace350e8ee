#!/usr/bin/python3
"""A client that knows the protocol files only: calls a test carrier through gRPC for Python.

client.py PORT AUTHORITY_PEM DESCRIPTORS: exits 0 if every answer is as it should be.
"""
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, wrappers_pb2

ERROR_DETAIL = "type.googleapis.com/qingfeng.common.v1.ErrorDetail"


def messages(path):
    files, pool = descriptor_pb2.FileDescriptorSet(), descriptor_pool.DescriptorPool()
    with open(path, "rb") as file:
        files.ParseFromString(file.read())
    for file in files.file:
        pool.Add(file)
    find = lambda name: message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(name))
    return find("google.rpc.Status"), find("qingfeng.common.v1.ErrorDetail")


def main():
    port, authority, descriptors = sys.argv[1:]
    with open(authority, "rb") as file:
        channel = grpc.secure_channel("127.0.0.1:" + port, grpc.ssl_channel_credentials(file.read()))
    status_type, detail_type = messages(descriptors)
    text = lambda value: wrappers_pb2.StringValue(value=value).SerializeToString()
    raw = lambda name: channel.unary_unary("/" + name)

    answer = raw("test.Test/Echo")(text("from Python"), timeout=20)
    assert wrappers_pb2.StringValue.FromString(answer).value == "from Python"

    token = bytes(range(136))
    answer = raw("test.Test/Who")(b"", timeout=20, metadata=[("qingfeng-call-bin", token)])
    assert wrappers_pb2.StringValue.FromString(answer).value.endswith(token.hex())

    counted = list(channel.unary_stream("/test.Test/Count")(text("1000 0"), timeout=20))
    assert [wrappers_pb2.StringValue.FromString(one).value for one in counted] == [str(n) for n in range(1000)]

    try:
        raw("test.Test/Busy")(b"", timeout=20)
        raise AssertionError("no error")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED and error.details() == "come back later"
        trailers = dict(error.trailing_metadata())
        status = status_type.FromString(trailers["grpc-status-details-bin"])
        assert status.code == 8 and status.message == "come back later" and len(status.details) == 1
        assert status.details[0].type_url == ERROR_DETAIL
        detail = detail_type.FromString(status.details[0].value)
        assert (detail.reason, detail.retry_after_ms) == (12, 1234)

    # A small request that would unpack to a large one is refused, not unpacked.
    try:
        raw("test.Test/Echo")(text("x" * 1_000_000), timeout=20, compression=grpc.Compression.Gzip)
        raise AssertionError("a compressed request was taken")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error

    # grpc.health.v1: HealthCheckResponse with status SERVING (1).
    assert raw("grpc.health.v1.Health/Check")(b"", timeout=20) == b"\x08\x01"


main()
