import Foundation
import Support
import Testing

@testable import QingfengApp

extension Data {
  /// nil unless `hex` is pairs of hexadecimal digits.
  init?(hex: String) {
    let digits = hex.compactMap(\.hexDigitValue)
    guard digits.count == hex.count, digits.count % 2 == 0 else { return nil }
    self.init(stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
  }
}

/// The frames of tests/bindings/cases/frames.json, which the page's side is held against too.
struct FrameTests {
  struct Cases: Decodable {
    struct Good: Decodable {
      let name, kind, payload, frame: String
      let number: UInt32
    }
    struct Broken: Decodable { let name, bytes: String }
    struct BrokenStart: Decodable { let name, payload: String }
    struct Payloads: Decodable {
      struct Start: Decodable {
        let method, request, payload: String
        let window: Int
        let attended: Bool
      }
      struct Credit: Decodable {
        let count: Int
        let payload: String
      }
      let start: Start
      let credit: Credit
    }
    let frames: [Good]
    let broken: [Broken]
    let payloads: Payloads
    let brokenStarts: [BrokenStart]
  }
  static let kinds: [String: Frame.Kind] = [
    "HELLO": .hello, "START": .start, "CREDIT": .credit, "CANCEL": .cancel, "MESSAGE": .message, "END": .end, "CLOSED": .closed,
  ]
  let cases: Cases

  init() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    cases = try decoder.decode(Cases.self, from: Data(contentsOf: casesFolder.appendingPathComponent("frames.json")))
  }

  @Test func goodOnes() throws {
    try #require(!cases.frames.isEmpty)
    for one in cases.frames {
      let frame = Frame(try #require(Self.kinds[one.kind]), one.number, try #require(Data(hex: one.payload)))
      let bytes = try #require(Data(hex: one.frame))
      #expect(frame.bytes == bytes, "\(one.name)")
      #expect(Frame(bytes: bytes) == frame, "\(one.name)")
    }
  }

  @Test func brokenOnes() throws {
    try #require(!cases.broken.isEmpty)
    for one in cases.broken {
      let bytes = try #require(Data(hex: one.bytes))
      #expect(Frame(bytes: bytes) == nil, "\(one.name)")
    }
    let largest = Frame(.start, 1, Data(count: Frame.bytesMax - 5)).bytes
    #expect(Frame(bytes: largest) != nil)
    #expect(Frame(bytes: largest + [0]) == nil)
  }

  @Test func payloads() throws {
    let start = try #require(Data(hex: cases.payloads.start.payload).flatMap { Start(payload: $0) })
    #expect(start.method == cases.payloads.start.method)
    #expect(start.request == Data(hex: cases.payloads.start.request))
    #expect(start.window == cases.payloads.start.window)
    #expect(start.attended == cases.payloads.start.attended)
    #expect(Data(hex: cases.payloads.credit.payload)?.bigEndian == cases.payloads.credit.count)
    try #require(!cases.brokenStarts.isEmpty)
    for one in cases.brokenStarts + [.init(name: "a name that is no text", payload: "00100101ff")] {
      let payload = try #require(Data(hex: one.payload))
      #expect(Start(payload: payload) == nil, "\(one.name)")
    }
  }
}
