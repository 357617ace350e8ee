import Foundation

/// Locks a store that nobody uses: ten minutes after the last use, and one minute after its owner left the app, if that is
/// earlier. The same as on Android (AutoLock of the JVM core).
///
/// A phone that sleeps or stops the app lets no timer run, so whatever comes too late locks before it passes.
public final class AutoLock: @unchecked Sendable {
  private let idleSeconds: TimeInterval
  private let leftSeconds: TimeInterval
  private let now: @Sendable () -> Date
  private let act: @Sendable () -> Void
  private let lock = NSLock()
  private var since: Date?  // nil once it was locked, until the next use
  private var limit: TimeInterval
  private var away = false
  private var timer: Task<Void, Never>?

  /// `act` asks the core to lock, on any thread, and does not wait.
  public init(
    idleSeconds: TimeInterval = 10 * 60, leftSeconds: TimeInterval = 60, now: @escaping @Sendable () -> Date = { Date() },
    act: @escaping @Sendable () -> Void
  ) {
    self.idleSeconds = idleSeconds
    self.leftSeconds = leftSeconds
    self.now = now
    self.act = act
    limit = idleSeconds
    begin(idleSeconds)
  }

  deinit { timer?.cancel() }

  /// The store is used. What a page asks by itself, `attended` by nobody, puts nothing off, nor does anything while its owner is
  /// away. If it comes too late, it finds the store locked.
  public func use(attended: Bool) {
    lock.withLock {
      lockIfOverdue()
      if attended && !away { begin(idleSeconds) }
    }
  }

  /// Its owner has left the app.
  public func leave() {
    lock.withLock {
      away = true
      if let left, left > leftSeconds { begin(leftSeconds) }
    }
  }

  /// Its owner has come back. True if the store was locked meanwhile, or is now: what showed it is to be shown no more.
  public func back() -> Bool {
    lock.withLock {
      lockIfOverdue()
      let locked = since == nil
      away = false
      begin(idleSeconds)
      return locked
    }
  }

  /// Seconds until it locks, none or fewer if it is overdue; nil if it was locked. A clock that was set back counts as overdue.
  private var left: TimeInterval? {
    guard let since else { return nil }
    let passed = now().timeIntervalSince(since)
    return passed < 0 ? 0 : limit - passed
  }

  private func begin(_ seconds: TimeInterval) {
    (since, limit) = (now(), seconds)
    arm(seconds)
  }

  private func arm(_ seconds: TimeInterval) {
    timer?.cancel()
    timer = Task { [weak self] in
      guard (try? await Task.sleep(nanoseconds: UInt64(seconds * 1e9))) != nil else { return }
      self?.look()
    }
  }

  private func look() {
    lock.withLock {
      lockIfOverdue()
      if let left { arm(left) }
    }
  }

  private func lockIfOverdue() {
    guard let left, left <= 0 else { return }
    since = nil
    act()
  }
}
