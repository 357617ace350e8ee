import Foundation

/// Why a call did not succeed. `message` says what was wrong, in English, for developers; it holds nothing that a person
/// wrote. What a person is shown is chosen by `reason`.
public struct QingfengError: Error, Hashable, Sendable {
  /// A number of google.rpc.Code: what a program should do.
  public let code: Int
  /// What happened; `unspecified` if the core is newer than this package.
  public let reason: Reason
  public let message: String
  /// How long to wait before trying again; 0 = the caller decides.
  public let retryAfterMs: UInt64

  /// What a person should do, in a few English words; empty if nothing.
  public var remedy: String { reason.info.remedy }

  /// A reason that this package gives itself; its code stands with it in reason.proto.
  init(_ reason: Reason, _ message: String) {
    self.init(code: reason.info.code, reason: reason, message: message, retryAfterMs: 0)
  }

  /// Of a call that ended, by the code and the bytes of its end: a google.rpc.Status.
  init(code: Int32, status: Data) {
    let read = try? ProtoJSON.decode(Status.self, status)
    let detail = read?.details.first ?? ErrorDetail()
    self.init(code: Int(code), reason: detail.reason, message: read?.message ?? "the error itself cannot be read",
      retryAfterMs: detail.retryAfterMs)
  }

  /// Of a call that was not started, by the code of qf_start.
  init(notStarted code: Int32) {
    switch code {
    case 3: self.init(.tooLarge, "a request holds at most 1 MiB: files go by path")
    case 5: self.init(.state, "this client is closed: open another")
    case Client.Refusal.noMethod: self.init(.method, "no method has a NUL in its name")
    case 8: self.init(.busy, "a client has at most 256 calls at once")
    default: self.init(.internal, "the core did not start the call: \(code)")
    }
  }

  private init(code: Int, reason: Reason, message: String, retryAfterMs: UInt64) {
    self.code = code
    self.reason = reason
    self.message = message
    self.retryAfterMs = retryAfterMs
  }

  private struct Status: Decodable {
    let message: String
    let details: [ErrorDetail]
  }
}

extension QingfengError: CustomStringConvertible {
  /// "PIN_WRONG: …", as logs and documents name it.
  public var description: String { "\(reason.rawValue.dropFirst("REASON_".count)): \(message)" }
}
