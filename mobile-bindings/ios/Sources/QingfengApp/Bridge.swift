import Foundation
import Qingfeng

/// The app's side of the bridge: what a page asks for by frames, from the app's one client. A call that a person asked for is a
/// use of the store; what the page asks by itself is none.
///
/// Everything may be called from any thread. `send` is called by the core's listener thread and by whoever calls, one frame
/// at a time and in order; it passes the frame on and returns.
public final class Bridge: @unchecked Sendable {
  static let version: UInt32 = 2
  static let nonceBytes = 8
  /// Which store is open is the app's affair alone.
  static let notThePages = ["qingfeng.client.v1.VaultService/Open"]

  private let client: Client
  private let autoLock: AutoLock
  private let send: @Sendable (Data) -> Void
  private let lock = NSLock()
  private var calls: [UInt32: Call] = [:]
  private var page = 0  // counts them: what was begun for one is not heard by the next
  private var greeted = false
  private var closed = false

  public init(client: Client, autoLock: AutoLock, send: @escaping @Sendable (Data) -> Void) {
    self.client = client
    self.autoLock = autoLock
    self.send = send
  }

  deinit { forget() }

  /// What a page has sent. False if it comes from no page of ours: the bridge is closed then, and the app closes the core.
  @discardableResult
  public func receive(_ bytes: Data) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    if !closed, let frame = Frame(bytes: bytes), take(frame) { return true }
    shut()
    return false
  }

  /// Ends the page's calls and tells it that the core is closed. Twice is fine.
  public func close() {
    lock.lock()
    defer { lock.unlock() }
    shut()
  }

  private func shut() {
    if closed { return }
    forget()
    closed = true
    send(Frame(.closed, 0).bytes)
  }

  private func take(_ frame: Frame) -> Bool {
    switch frame.kind {
    case .message, .end, .closed:
      return false  // the app's alone
    case .hello:
      guard frame.payload.count == Bridge.nonceBytes else { return false }
      forget()
      greeted = frame.number == Bridge.version
      send(Frame(.hello, Bridge.version, frame.payload).bytes)
    case _ where !greeted:
      break  // of another version, or not there yet
    case .start:
      guard let start = Start(payload: frame.payload) else { return false }
      begin(start, frame.number)
    case .credit:
      guard frame.payload.count == 2, (1...256).contains(frame.payload.bigEndian) else { return false }
      calls[frame.number]?.credit(frame.payload.bigEndian)
    case .cancel:
      guard frame.payload.isEmpty else { return false }
      calls[frame.number]?.cancel()
    }
    return true
  }

  private func begin(_ start: Start, _ number: UInt32) {
    autoLock.use(attended: start.attended)
    if Bridge.notThePages.contains(start.method) { return end(number, 7) }
    if calls[number] != nil { return end(number, 6) }
    let begun = page
    let started = client.tryStart(start.method, start.request, window: start.window) { [weak self] call, event in
      self?.hear(event, of: call, number, begun)
    }
    switch started {
    case .success(let call): calls[number] = call  // before its first event, which waits for the lock
    case .failure(let refusal): end(number, refusal.code)
    }
  }

  private func hear(_ event: CallEvent, of call: Call, _ number: UInt32, _ begun: Int) {
    lock.lock()
    defer { lock.unlock() }
    guard begun == page, !closed else { return call.cancel() }
    switch event {
    case .message(let bytes):
      send(Frame(.message, number, bytes).bytes)
    case .end(let code, let status):
      calls[number] = nil
      end(number, code, status)
    }
  }

  private func end(_ number: UInt32, _ code: Int32, _ status: Data = Data()) {
    send(Frame(.end, number, Data([UInt8(clamping: code)]) + status).bytes)
  }

  /// Of the page before: its calls are cancelled and nothing more is said of them.
  private func forget() {
    page += 1
    for call in calls.values { call.cancel() }
    calls = [:]
  }
}
