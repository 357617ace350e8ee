#!/usr/bin/python3
"""Kotlin classes of the contract's services, and descriptors from which protoc writes the messages' Java classes.

    generate.py DESCRIPTORS OUT

DESCRIPTORS is a FileDescriptorSet with imports and comments. OUT/kotlin gets one file a service. OUT/java.binpb is the
same set with one class a message, which is how Java is read, and OUT/java.protos names the files to write classes of;
the contract itself says nothing about a language.
"""
import pathlib
import re
import sys

from google.protobuf.descriptor_pb2 import FileDescriptorSet

SERVICE = '''// Generated from {file}: do not edit.
package {package}

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.flow.Flow
import qingfeng.client.Call
import qingfeng.client.CallListener
import qingfeng.client.DEFAULT_WINDOW
import qingfeng.client.Method
import qingfeng.client.QingfengClient

/** {comment} */
class {name}(private val client: QingfengClient) {{
{methods}
    private companion object {{
{constants}    }}
}}
'''

UNARY = '''    /** {comment} */
    suspend fun {name}(request: {request}): {response} = client.call({constant}, request)

    /** The same, its request filled in place. */
    suspend fun {name}(fill: {request}.Builder.() -> Unit = {{}}): {response} =
        {name}({request}.newBuilder().apply(fill).build())

    /** The same for Java. */
    @JvmOverloads
    fun {name}Async(request: {request} = {request}.getDefaultInstance()): CompletableFuture<{response}> =
        client.future({constant}, request)
'''

STREAM = '''    /** {comment} */
    fun {name}(request: {request}, window: Int = DEFAULT_WINDOW): Flow<{response}> =
        client.stream({constant}, request, window)

    /** The same, its request filled in place. */
    fun {name}(window: Int = DEFAULT_WINDOW, fill: {request}.Builder.() -> Unit = {{}}): Flow<{response}> =
        {name}({request}.newBuilder().apply(fill).build(), window)

    /** The same for Java: the listener gives credit. */
    fun {name}(request: {request}, window: Int, listener: CallListener<{response}>): Call =
        client.start({constant}, request, window, listener)
'''

CONSTANT = '''        val {constant} = Method<{request}, {response}>("{full_name}", {response}.parser())
'''


def comments(file):
    """Leading comments by the path of what they stand before."""
    return {tuple(place.path): " ".join(place.leading_comments.split()) for place in file.source_code_info.location}


def service(file, number):
    """The Kotlin text of one service."""
    described, said = file.service[number], comments(file)
    methods, constants = [], ""
    for index, method in enumerate(described.method):
        assert not method.client_streaming, method.name
        words = {
            "comment": said[6, number, 2, index],
            "name": method.name[0].lower() + method.name[1:],
            "constant": re.sub(r"(?<!^)(?=[A-Z])", "_", method.name).upper(),
            "request": method.input_type.removeprefix(f".{file.package}."),
            "response": method.output_type.removeprefix(f".{file.package}."),
            "full_name": f"{file.package}.{described.name}/{method.name}",
        }
        methods.append((STREAM if method.server_streaming else UNARY).format(**words))
        constants += CONSTANT.format(**words)
    return SERVICE.format(file=file.name, package=file.package, comment=said[6, number], name=described.name,
                          methods="\n".join(methods), constants=constants)


def main():
    files = FileDescriptorSet.FromString(pathlib.Path(sys.argv[1]).read_bytes())
    out = pathlib.Path(sys.argv[2])
    (out / "kotlin").mkdir(parents=True, exist_ok=True)
    for file in files.file:
        for number, described in enumerate(file.service):
            (out / "kotlin" / f"{described.name}.kt").write_text(service(file, number))
    ours = [file for file in files.file if file.package != "google.protobuf"]  # whose classes protobuf.jar has
    for file in ours:
        file.options.java_multiple_files = True
    (out / "java.protos").write_text("\n".join(file.name for file in ours))
    (out / "java.binpb").write_bytes(files.SerializeToString())


main()
