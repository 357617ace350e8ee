import Foundation

/// A message of the contract: a value, of which the generated files have all. On its way it is ProtoJSON.
public protocol ProtoMessage: Codable, Hashable, Sendable {}

/// An enum of the contract. It is read by name, and one that this package does not know is ``unspecified``.
public protocol ProtoEnum: RawRepresentable, CaseIterable, Codable, Hashable, Sendable where RawValue == String {
  static var unspecified: Self { get }
}

extension ProtoEnum {
  public init(from decoder: any Decoder) throws {
    let name = try? decoder.singleValueContainer().decode(String.self)  // a number, if the core does not know it either
    self = name.flatMap(Self.init(rawValue:)) ?? .unspecified
  }
}

/// What ProtoJSON asks of a reader: a field that is not there has its zero, and 64 bits come as text.
extension KeyedDecodingContainer {
  func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
    if let found = try decodeIfPresent(Value.self, forKey: key) { value = found }
  }

  func read<Value: Decodable>(_ key: Key, into value: inout Value?) throws {
    value = try decodeIfPresent(Value.self, forKey: key)
  }

  func read(_ key: Key, into value: inout UInt64) throws {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return }
    guard let number = UInt64(text) else {
      throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "not a number of 64 bits")
    }
    value = number
  }
}

enum ProtoJSON {
  /// Begins with '{', by which the core knows it.
  static func encode(_ message: some ProtoMessage) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes  // base64 has many
    guard let bytes = try? encoder.encode(message) else {
      preconditionFailure("a message has text, bytes, whole numbers and truth values: all of them can be put as JSON")
    }
    return bytes
  }

  static func decode<Message: Decodable>(_ type: Message.Type, _ bytes: Data) throws(QingfengError) -> Message {
    do {
      return try JSONDecoder().decode(type, from: bytes)
    } catch {
      throw QingfengError(.malformed, "a message cannot be read")
    }
  }
}
