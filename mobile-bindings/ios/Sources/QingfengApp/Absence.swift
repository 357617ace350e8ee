import Foundation

/// When a store that nobody looks at is locked. A phone stops an app that is out of sight, so no timer of it runs: how long it
/// was away is seen when it comes back, before anything is shown.
public struct Absence: Sendable {
  /// As long as a browser's page may be left alone (mobile-bindings/loopback/idle_lock.h).
  public static let limitSeconds: TimeInterval = 5 * 60

  private var since: Date?

  public init() {}

  public mutating func begin(at now: Date) {
    since = since ?? now
  }

  /// True if it was too long, or the clock was set back meanwhile.
  public mutating func end(at now: Date) -> Bool {
    guard let since else { return false }
    self.since = nil
    return !(0..<Absence.limitSeconds).contains(now.timeIntervalSince(since))
  }
}
