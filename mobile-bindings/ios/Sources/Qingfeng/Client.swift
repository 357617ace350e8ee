import CQingfeng
import Dispatch
import Foundation

/// One client core: the store of one person on this device, once `VaultService.open` has opened it, the first call of
/// every client.
///
/// Its methods are those of the generated services, `FieldService(client)` and its sisters; this class only carries them:
/// ``call(_:_:)`` and ``stream(_:_:window:)`` for tasks, ``start(_:_:window:onEvent:)`` beneath both.
///
/// Everything may be called from any task or thread and waits for nothing but its own answer. A client that is let go
/// without ``close()`` is closed soon after.
public final class Client: Sendable {
  /// How many messages of a stream may be under way before its reader takes one, if the caller does not choose.
  public static let defaultWindow = 16

  static let windows = 1...256

  private let handle: qf_client
  private let listener = Listener()
  private let closing = DispatchQueue(label: "qingfeng-close")

  /// Makes a client and starts its threads; touches no file.
  ///
  /// - Throws: `sandbox` if memory, threads or handles (1,024) have run out; `protocol` if the core that was linked is not
  ///   the one that this package was compiled for.
  public init() throws(QingfengError) {
    var version: Int32 = 0
    _ = qf_version(&version)
    guard version == QF_ABI_VERSION else { throw QingfengError(.protocol, "libqingfeng has version \(version) of its C ABI") }
    handle = qf_open(Listener.function, Unmanaged.passUnretained(listener).toOpaque())
    guard handle != 0 else { throw QingfengError(.sandbox, "no memory, thread or handle for another client") }
  }

  deinit {
    // Not here: this may be the listener's own thread, or that of a screen. The listener lives until the core has let go.
    closing.async { [handle, listener] in
      _ = qf_close(handle)
      withExtendedLifetime(listener) {}
    }
  }

  /// Name and version of the core: "qingfeng 0.1.0".
  public static var version: String { String(cString: qf_version(nil)) }

  /// How many calls have not ended.
  var underWay: Int { listener.count }

  /// A unary call. Cancelling its task asks the core to stop, and the call then ends by ``Reason/cancelled`` or by its true
  /// outcome: a report that was filed all the same is told as filed.
  public func call<Request, Response>(
    _ method: Method<Request, Response>, _ request: Request
  ) async throws(QingfengError) -> Response {
    let mailbox = Mailbox()
    let call = try start(method.name, ProtoJSON.encode(request), window: 1) { _, event in mailbox.put(event) }
    return try await withTaskCancellationHandler { () async -> Result<Response, QingfengError> in
      var answer: Data?
      while true {
        switch await mailbox.take() {
        case .message(let bytes):
          answer = bytes
        case .end(code: 0, _):
          guard let answer else { return .failure(QingfengError(.lostAnswer, "the call ended without an answer")) }
          return Result { () throws(QingfengError) in try ProtoJSON.decode(Response.self, answer) }
        case .end(let code, let status):
          return .failure(QingfengError(code: code, status: status))
        }
      }
    } onCancel: {
      call.cancel()
    }.get()
  }

  /// A stream, started anew by each loop over it. The core runs ahead of the loop by at most `window` messages, 1 to 256.
  public func stream<Request, Response>(
    _ method: Method<Request, Response>, _ request: Request, window: Int = Client.defaultWindow
  ) -> Messages<Response> {
    Messages(client: self, method: method.name, request: ProtoJSON.encode(request), window: window)
  }

  /// Any call by its full name and its bytes: ProtoJSON if the first is '{', else Protocol Buffers, and what comes back is
  /// of the same kind. At most `window` messages come (1 to 256; a unary call needs 1), and as many more as ``Call/credit(_:)``
  /// says.
  ///
  /// - Parameter onEvent: hears of the call on the client's one listener thread, perhaps before this function returns. It
  ///   returns quickly and may call anything; it must not wait for ``close()``, which waits for it.
  /// - Throws: if it was not started, and `onEvent` hears nothing: `state`, the client is closed; `tooLarge`, the request
  ///   is over 1 MiB; `busy`, 256 calls are under way; `method`, a name with a NUL.
  @discardableResult
  public func start(
    _ method: String, _ request: Data, window: Int, onEvent: @escaping @Sendable (Call, CallEvent) -> Void
  ) throws(QingfengError) -> Call {
    precondition(Client.windows.contains(window), "a window is 1 to 256 messages")
    switch tryStart(method, request, window: window, onEvent: onEvent) {
    case .success(let call): return call
    case .failure(let refusal): throw QingfengError(notStarted: refusal.code)
    }
  }

  /// Why a call was not started: the code of qf_start, or that no method can have such a name.
  package struct Refusal: Error {
    static let noMethod: Int32 = 12
    package let code: Int32
  }

  /// The same for who passes on what others ask for: nothing is too wrong to be asked.
  package func tryStart(
    _ method: String, _ request: Data, window: Int, onEvent: @escaping @Sendable (Call, CallEvent) -> Void
  ) -> Result<Call, Refusal> {
    if method.utf8.contains(0) { return .failure(Refusal(code: Refusal.noMethod)) }  // C would read it up to there
    let number = listener.add { [handle] number, event in onEvent(Call(client: handle, number: number), event) }
    let code = request.withUnsafeBytes { bytes in
      let view = qf_bytes(data: bytes.bindMemory(to: UInt8.self).baseAddress, size: bytes.count)
      return qf_start(handle, number, method, view, Int32(window))
    }
    guard code == 0 else {
      listener.remove(number)
      return .failure(Refusal(code: code))
    }
    return .success(Call(client: handle, number: number))
  }

  /// Ends every call, waits until the listener is silent, closes the store and forgets the keys. Twice is fine, and at once
  /// too: qf_close would let the second caller go while the first still waits, so one queue takes them in turn.
  public func close() async {
    await withCheckedContinuation { done in
      closing.async { [handle] in
        _ = qf_close(handle)
        done.resume()
      }
    }
  }
}
