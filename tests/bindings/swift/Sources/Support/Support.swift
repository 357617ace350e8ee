import Foundation

/// Where the cases of all bindings are.
public let casesFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../cases")

/// What a test waited for did not come.
public struct Unmet: Error {
  let what: String
  public init(_ what: String) { self.what = what }
}

/// Waits until something holds; a minute is more than any test needs.
public func eventually(_ what: String, _ holds: () -> Bool) async throws {
  for _ in 0..<60_000 {
    if holds() { return }
    try await Task.sleep(for: .milliseconds(1))
  }
  throw Unmet(what)
}

/// A value that several threads change.
public final class Shared<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value
  public init(_ value: Value) { self.value = value }
  public func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
