import CQingfeng
import Foundation

/// A method by its full name, "qingfeng.client.v1.FieldService/Sync", with the types of its request and messages. The
/// generated services hold one for each method of the contract.
public struct Method<Request: ProtoMessage, Response: ProtoMessage>: Sendable {
  let name: String

  init(_ name: String) {
    self.name = name
  }
}

/// What is heard of a call.
public enum CallEvent: Sendable {
  /// One response, or one message of a stream, which goes on by ``Call/credit(_:)``.
  case message(Data)
  /// Exactly once, and last. Code 0 is success; otherwise `status` is a google.rpc.Status.
  case end(code: Int32, status: Data)
}

/// A call under way. Both functions may be called from anywhere, and do nothing once it has ended.
public struct Call: Sendable {
  let client: qf_client
  let number: qf_call

  /// Lets a stream go on by `count` messages, 1 to 256.
  public func credit(_ count: Int = 1) {
    precondition(Client.windows.contains(count), "credit is 1 to 256 messages")
    _ = qf_credit(client, number, Int32(count))
  }

  /// Asks the call to stop. Its end still comes: CANCELLED, or the true outcome if the work was done.
  public func cancel() {
    _ = qf_cancel(client, number)
  }
}

/// Who hears of which call: what the core's one listener thread looks up. Its address is the context of a client.
final class Listener: @unchecked Sendable {
  typealias Hearer = @Sendable (qf_call, CallEvent) -> Void

  private let lock = NSLock()
  private var hearers: [qf_call: Hearer] = [:]
  private var last: qf_call = 0

  /// The number of the new call.
  func add(_ hearer: @escaping Hearer) -> qf_call {
    lock.withLock {
      last += 1
      hearers[last] = hearer
      return last
    }
  }

  /// How many calls have not ended.
  var count: Int { lock.withLock { hearers.count } }

  func remove(_ call: qf_call) {
    lock.withLock { hearers[call] = nil }
  }

  /// The listener of qingfeng.h.
  static let function: qf_listener = { context, call, kind, code, bytes in
    let listener = Unmanaged<Listener>.fromOpaque(context!).takeUnretainedValue()
    let data = bytes.data.map { Data(bytes: $0, count: bytes.size) } ?? Data()
    let isEnd = Int(kind) == QF_END
    let hearer = listener.lock.withLock { isEnd ? listener.hearers.removeValue(forKey: call) : listener.hearers[call] }
    hearer?(call, isEnd ? .end(code: code, status: data) : .message(data))
  }
}
