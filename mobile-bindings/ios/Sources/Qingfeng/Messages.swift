import Foundation

/// The messages of a stream. Each `for try await` over it makes a call of its own, which ends when the loop does.
///
/// The core runs ahead of the loop by at most `window` messages; each that is taken is credit for another. That is why
/// this is no `AsyncThrowingStream`: its buffer takes without the reader's leave, and a cancelled one ends as if it were
/// whole. Here a loop that ends without an error has seen everything; cancelling its task ends it by ``Reason/cancelled``.
/// Every error is a ``QingfengError``.
public struct Messages<Response: ProtoMessage>: AsyncSequence, Sendable {
  let client: Client
  let method: String
  let request: Data
  let window: Int

  public func makeAsyncIterator() -> Iterator {
    Iterator(self)
  }

  /// One call, of one task: it is not `Sendable`, since two that read at once would each miss what the other takes.
  public final class Iterator: AsyncIteratorProtocol {
    private let client: Client  // which its calls do not outlive
    private let mailbox: Mailbox
    private let started: Result<Call, QingfengError>

    init(_ stream: Messages) {
      let mailbox = Mailbox()
      client = stream.client
      self.mailbox = mailbox
      started = Result { () throws(QingfengError) in
        try stream.client.start(stream.method, stream.request, window: stream.window) { _, event in mailbox.put(event) }
      }
    }

    deinit {
      if case .success(let call) = started { call.cancel() }
    }

    /// How many messages were delivered and not taken yet.
    var waiting: Int { mailbox.count }

    public func next() async throws -> Response? {
      let call = try started.get()
      let event = await withTaskCancellationHandler {
        await mailbox.take()
      } onCancel: { [mailbox] in
        mailbox.drop()
        call.cancel()
      }
      switch event {
      case .message(let bytes):
        call.credit()
        return try ProtoJSON.decode(Response.self, bytes)
      case .end(code: 0, _):
        if mailbox.isDropped { throw QingfengError(.cancelled, "the task was cancelled") }
        return nil
      case .end(let code, let status):
        throw QingfengError(code: code, status: status)
      }
    }
  }
}
