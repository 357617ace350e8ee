import Foundation

/// What a call has delivered and its one reader has not taken yet: between the core's listener thread and a task. It holds
/// no more than there was credit for. A second reader beside the first is a mistake that ends the program.
final class Mailbox: @unchecked Sendable {
  private let lock = NSLock()
  private var messages: [Data] = []
  private var end: CallEvent?
  private var reader: CheckedContinuation<CallEvent, Never>?
  private var dropped = false

  /// How many messages wait.
  var count: Int { lock.withLock { messages.count } }

  /// True after ``drop()``: messages may be missing before an end, also before a good one.
  var isDropped: Bool { lock.withLock { dropped } }

  func put(_ event: CallEvent) {
    let waiting: CheckedContinuation<CallEvent, Never>? = lock.withLock {
      if case .message(let bytes) = event {
        if dropped { return nil }
        if reader == nil { messages.append(bytes) }
      } else {
        end = event
      }
      defer { reader = nil }
      return reader
    }
    waiting?.resume(returning: event)
  }

  /// The next message; after the last one, and ever after, the end.
  func take() async -> CallEvent {
    await withCheckedContinuation { continuation in
      let event: CallEvent? = lock.withLock {
        if !messages.isEmpty { return .message(messages.removeFirst()) }
        if end == nil {
          precondition(reader == nil, "a call has one reader at a time")
          reader = continuation
        }
        return end
      }
      if let event { continuation.resume(returning: event) }
    }
  }

  /// Nobody reads messages any more; the end still comes.
  func drop() {
    lock.withLock {
      dropped = true
      messages = []
    }
  }
}
