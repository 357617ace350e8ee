import Foundation

/// One frame of the bridge between a page and its app; docs/bindings.md, "The bridge", says what they mean.
struct Frame: Equatable {
  enum Kind: UInt8 {
    case hello = 1, start, credit, cancel, message, end, closed
  }

  /// Of a request of 1 MiB, and what stands before it.
  static let bytesMax = (1 << 20) + 256

  let kind: Kind
  /// Of a hello the version; of all others the call that it belongs to, 0 for closed.
  let number: UInt32
  let payload: Data

  init(_ kind: Kind, _ number: UInt32, _ payload: Data = Data()) {
    self.kind = kind
    self.number = number
    self.payload = payload
  }

  /// nil if `bytes` are no frame.
  init?(bytes: Data) {
    guard (5...Frame.bytesMax).contains(bytes.count), let kind = bytes.first.flatMap(Kind.init(rawValue:)) else { return nil }
    self.init(kind, UInt32(bytes.dropFirst().prefix(4).bigEndian), Data(bytes.dropFirst(5)))
  }

  var bytes: Data {
    Data([kind.rawValue]) + withUnsafeBytes(of: number.bigEndian) { Data($0) } + payload
  }
}

/// The payload of a start: window, 2 bytes | length of the name, 1 byte | the method's full name | request.
struct Start: Equatable {
  let method: String
  let request: Data
  let window: Int

  /// nil if `payload` is none.
  init?(payload: Data) {
    guard let length = payload.dropFirst(2).first, payload.count >= 3 + Int(length),
      let method = String(data: payload.dropFirst(3).prefix(Int(length)), encoding: .utf8)
    else { return nil }
    window = payload.prefix(2).bigEndian
    self.method = method
    request = Data(payload.dropFirst(3 + Int(length)))
  }
}

extension Data {
  /// A few bytes as a number.
  var bigEndian: Int { reduce(0) { $0 << 8 | Int($1) } }
}
