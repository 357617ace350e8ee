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

/// The payload of a start: window, 2 bytes | attended, 1 byte | length of the name, 1 byte | the method's full name | request.
struct Start: Equatable {
  let method: String
  let request: Data
  let window: Int
  /// A person asked for it, and not the page by itself.
  let attended: Bool

  private static let headBytes = 4

  /// nil if `payload` is none.
  init?(payload: Data) {
    let head = Data(payload.prefix(Start.headBytes)), rest = payload.dropFirst(Start.headBytes)
    guard head.count == Start.headBytes, head[2] <= 1, rest.count >= Int(head[3]),
      let method = String(data: rest.prefix(Int(head[3])), encoding: .utf8)
    else { return nil }
    window = head.prefix(2).bigEndian
    attended = head[2] == 1
    self.method = method
    request = Data(rest.dropFirst(Int(head[3])))
  }
}

extension Data {
  /// A few bytes as a number.
  var bigEndian: Int { reduce(0) { $0 << 8 | Int($1) } }
}
