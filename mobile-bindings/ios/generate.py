#!/usr/bin/python3
"""Swift of the contract: its services, and the messages and enums that they use, as values that go as ProtoJSON.

    generate.py DESCRIPTORS OUT

DESCRIPTORS is a FileDescriptorSet with imports and comments. OUT gets one file for each file of the contract that has
something to show. Enums are read by name and an unknown one is `unspecified`. A field of a oneof is optional; any other
field that is a message reads as an empty one unless it `has` it.
"""
import pathlib
import re
import sys

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import MessageFactory

SCALARS = {  # Swift's type and its zero
    Field.TYPE_STRING: ("String", '""'), Field.TYPE_BYTES: ("Data", "Data()"), Field.TYPE_BOOL: ("Bool", "false"),
    Field.TYPE_UINT32: ("UInt32", "0"), Field.TYPE_INT32: ("Int32", "0"), Field.TYPE_UINT64: ("UInt64", "0"),
}
KEYWORDS = set("""as break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate for
    func guard if import in init inout internal is let nil operator private protocol public repeat rethrows return self static
    struct subscript super switch throw throws true try typealias var where while""".split())

HEAD = "// Generated from {file}: do not edit.\nimport Foundation\n"

ENUM = '''
/// {comment}
public enum {name}: String, ProtoEnum {{
{cases}}}
'''

VALUE = '''  /// {comment}
  public var {declared}: {kind} = {zero}
'''

INNER = '''  /// {comment}
  public var {declared}: {inner} {{
    get {{ {stored} ?? {inner}() }}
    set {{ {stored} = newValue }}
  }}
  public var has{capital}: Bool {{ {stored} != nil }}
  private var {stored}: {kind}
'''

MESSAGE = '''
/// {comment}
public struct {name}: ProtoMessage {{
{fields}
  public init({parameters}) {{
{assignments}  }}

  public init(from decoder: any Decoder) throws {{
    let fields = try decoder.container(keyedBy: CodingKeys.self)
{reads}  }}

  private enum CodingKeys: String, CodingKey {{
{keys}  }}
}}
'''

EMPTY = '''
/// {comment}
public struct {name}: ProtoMessage {{
  public init() {{}}
}}
'''

SERVICE = '''
/// {comment}
public struct {name}: Sendable {{
  private let client: Client

  public init(_ client: Client) {{
    self.client = client
  }}
{methods}}}
'''

UNARY = '''
  /// {comment}
  @discardableResult
  public func {name}(_ request: {request} = .init()) async throws(QingfengError) -> {response} {{
    try await client.call(Method<{request}, {response}>("{full_name}"), request)
  }}
'''

STREAM = '''
  /// {comment}
  public func {name}(_ request: {request} = .init(), window: Int = Client.defaultWindow) -> Messages<{response}> {{
    client.stream(Method<{request}, {response}>("{full_name}"), request, window: window)
  }}
'''

REASONS = '''
extension Reason {{
  /// Its google.rpc.Code, and what a person should do, in a few English words.
  var info: (code: Int, remedy: String) {{
    switch self {{
{cases}    }}
  }}
}}
'''


def camel(snake):
    first, *rest = snake.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def declared(name):
    """A name where it is declared, which Swift's own words need help with."""
    return f"`{name}`" if name in KEYWORDS else name


def bare(type_name):
    return type_name.rpartition(".")[2]


def comments(file):
    """Leading comments by the path of what they stand before."""
    return {tuple(place.path): " ".join(place.leading_comments.split()) for place in file.source_code_info.location}


def type_and_zero(field):
    """How a field is given in Swift."""
    optional = field.HasField("oneof_index") or field.type == Field.TYPE_MESSAGE
    kind, zero = SCALARS.get(field.type) or (bare(field.type_name), ".unspecified")
    assert kind != "UInt64" or not (optional or field.label == Field.LABEL_REPEATED), f"{field.name}: 64 bits come as text"
    if field.label == Field.LABEL_REPEATED:
        return f"[{kind}]", "[]"
    return (f"{kind}?", "nil") if optional else (kind, zero)


def message(described, path, said):
    if not described.field:
        return EMPTY.format(comment=said[path], name=described.name)
    fields = reads = assignments = keys = ""
    parameters = []
    for number, field in enumerate(described.field):
        kind, zero = type_and_zero(field)
        name = camel(field.name)
        inner = kind.endswith("?") and not field.HasField("oneof_index")
        stored = f"_{name}" if inner else name
        fields += (INNER if inner else VALUE).format(
            comment=said[(*path, 2, number)], declared=declared(name), kind=kind, zero=zero, inner=kind.rstrip("?"), stored=stored,
            capital=name[0].upper() + name[1:])
        parameters.append(f"{declared(name)}: {kind} = {zero}")
        assignments += f"    self.{stored} = {declared(name)}\n"
        reads += f"    try fields.read(.{stored}, into: &{declared(stored)})\n"
        keys += f'    case {declared(stored)} = "{field.name}"\n'
    return MESSAGE.format(comment=said[path], name=described.name, fields=fields, parameters=", ".join(parameters),
                          assignments=assignments, reads=reads, keys=keys)


def enum(described, path, said):
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", described.name).upper() + "_"
    cases = ""
    for number, value in enumerate(described.value):
        assert value.name.startswith(prefix), value.name
        cases += f"  /// {said[(*path, 2, number)]}\n"
        cases += f'  case {declared(camel(value.name.removeprefix(prefix)))} = "{value.name}"\n'
    return ENUM.format(comment=said[path], name=described.name, cases=cases)


def service(file, described, path, said):
    methods = ""
    for number, method in enumerate(described.method):
        assert not method.client_streaming, method.name
        methods += (STREAM if method.server_streaming else UNARY).format(
            comment=said[(*path, 2, number)], name=method.name[0].lower() + method.name[1:],
            request=bare(method.input_type), response=bare(method.output_type),
            full_name=f"{file.package}.{described.name}/{method.name}")
    return SERVICE.format(comment=said[path], name=described.name, methods=methods)


def reasons(files):
    """Code and remedy of each reason, which stand with it in the contract as an option."""
    pool = DescriptorPool()
    for file in files.file:
        pool.AddSerializedFile(file.SerializeToString())
    options = MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("google.protobuf.EnumValueOptions"))
    info = pool.FindExtensionByName("qingfeng.common.v1.reason_info")
    cases = ""
    for value in pool.FindEnumTypeByName("qingfeng.common.v1.Reason").values:
        found = options.FromString(value.GetOptions().SerializeToString()).Extensions[info]
        remedy = found.remedy.replace("\\", "\\\\").replace('"', '\\"')
        cases += f'    case .{camel(value.name.removeprefix("REASON_"))}: ({found.code}, "{remedy}")\n'
    return REASONS.format(cases=cases)


def used(files):
    """Full names of the messages and enums that a service needs, directly or not."""
    types = {f".{file.package}.{each.name}": each for file in files.file for each in (*file.message_type, *file.enum_type)}
    left = [name for file in files.file for each in file.service for method in each.method
            for name in (method.input_type, method.output_type)] + [".qingfeng.common.v1.ErrorDetail"]
    found = set()
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [field.type_name for field in getattr(types[name], "field", ()) if field.type_name]
    bares = [bare(name) for name in found]
    assert len(bares) == len(set(bares)), "two types of one name"
    return found


def main():
    files = FileDescriptorSet.FromString(pathlib.Path(sys.argv[1]).read_bytes())
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    wanted = used(files)
    for file in files.file:
        said, text = comments(file), ""
        for number, described in enumerate(file.service):
            text += service(file, described, (6, number), said)
        for number, described in enumerate(file.enum_type):
            if f".{file.package}.{described.name}" in wanted:
                text += enum(described, (5, number), said)
                text += reasons(files) if described.name == "Reason" else ""
        for number, described in enumerate(file.message_type):
            if f".{file.package}.{described.name}" in wanted:
                text += message(described, (4, number), said)
        if text:
            (out / f"{pathlib.PurePath(file.name).stem}.swift").write_text(HEAD.format(file=file.name) + text)


main()
