import Foundation
import Support
import Testing

@testable import Qingfeng

/// The cases of tests/bindings/cases; its README says what each means.
enum Cases {
  static func read<Content: Decodable>(_ name: String) throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Content.self, from: Data(contentsOf: casesFolder.appendingPathComponent(name)))
  }

  /// The list `cases` of a file; one without any would test nothing.
  static func list<Case: Decodable>(_ name: String) throws -> [Case] {
    let file: [String: [Case]] = try read(name)
    let cases = file["cases"] ?? []
    try #require(!cases.isEmpty)
    return cases
  }

  /// Bytes of all values, another sequence for each seed.
  static func data(_ size: Int, seed: Int = 0) -> Data {
    Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 31 + ($0 >> 8) + seed) })
  }
}

struct EchoCase: Decodable {
  let name: String
  let text: String?
  let dataBytes: Int?
  let requestBytes: Int?
  let reason: String?

  /// Text, where the request has a size: base64 grows by four.
  var request: EchoRequest {
    if let requestBytes {
      let around = ProtoJSON.encode(EchoRequest()).count
      return EchoRequest(text: String(repeating: "a", count: requestBytes - around))
    }
    return EchoRequest(text: text ?? "", data: Cases.data(dataBytes ?? 0))
  }
}

struct FailureCases: Decodable {
  struct Known: Decodable {
    let reason: String
    let code: Int
    let remedy: String
  }
  let known: [Known]
  let streamMessages: Int
}

struct StreamCase: Decodable {
  let name: String
  let count: Int
  let window: Int
  let pauseAfter: Int
}

struct CancelCase: Decodable {
  let name: String
  let rounds: Int
  let afterMessages: Int
  let count: Int
  let window: Int
}

struct LifetimeCase: Decodable {
  let rounds: Int
  let streams: Int
  let callers: Int
}

struct ThreadsCase: Decodable {
  let threads: Int
  let callsEach: Int
  let dataBytes: Int
}

/// The error of something that must fail.
func errorOf(_ body: () async throws -> Void) async throws -> QingfengError {
  do {
    try await body()
  } catch let error as QingfengError {
    return error
  }
  throw Unmet("it did not fail")
}

/// Waits while too many calls are under way: cancelled ones, on their way to their end. For ever, if one is left.
func onceAdmitted<Result>(_ body: () async throws -> Result) async throws -> Result {
  for _ in 0..<60_000 {
    do {
      return try await body()
    } catch let error as QingfengError where error.reason == .busy {
      try await Task.sleep(for: .milliseconds(1))
    }
  }
  throw Unmet("cancelled calls do not end")
}
