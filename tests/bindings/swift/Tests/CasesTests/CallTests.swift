import Foundation
import Support
import Testing

@testable import Qingfeng

/// What calls and streams carry, how they fail and how they are cancelled.
@Suite(.timeLimit(.minutes(5)))
struct CallTests {
  let client = try! Client()
  var events: EventService { EventService(client) }

  @Test func echo() async throws {
    let cases: [EchoCase] = try Cases.list("echo.json")
    for one in cases {
      let request = one.request
      if let reason = one.reason {
        let error = try await errorOf { try await events.echo(request) }
        #expect(error.reason.rawValue == reason, "\(one.name)")
        continue
      }
      let response = try await events.echo(request)
      // Bytes of UTF-8: Swift holds texts for equal that are written differently.
      #expect(Data(response.text.utf8) == Data(request.text.utf8), "\(one.name)")
      #expect(response.data == request.data, "\(one.name)")
    }
  }

  @Test func failures() async throws {
    let cases: FailureCases = try Cases.read("failures.json")
    for reason in Reason.allCases where reason != .unspecified {
      let error = try await errorOf { try await events.echo(.init(fail: reason)) }
      #expect(error.reason == reason)
      #expect(error.code == reason.info.code)
      #expect(error.message == "as the request asked")
    }
    for known in cases.known {
      let reason = try #require(Reason(rawValue: known.reason))
      let error = try await errorOf { try await events.echo(.init(fail: reason)) }
      #expect(error.code == known.code)
      #expect(error.remedy == known.remedy)
    }
    var messages = 0
    let error = try await errorOf {
      let stream = events.echoStream(.init(count: UInt32(cases.streamMessages), fail: .diskFull))
      for try await _ in stream { messages += 1 }
    }
    #expect(error.reason == .diskFull)
    #expect(messages == cases.streamMessages)
  }

  @Test func aMethodThatThereIsNot() async throws {
    let none = Method<EchoRequest, EchoResponse>("no.Such/Method")
    let error = try await errorOf { _ = try await client.call(none, EchoRequest()) }
    #expect(error.reason == .method && error.code == 12)
    #expect("\(error)".hasPrefix("METHOD: "))
  }

  @Test func aMessageThatCannotBeRead() async throws {
    struct Wrong: ProtoMessage {
      var index: String
    }
    let stream = client.stream(Method<EchoStreamRequest, Wrong>("qingfeng.client.v1.EventService/EchoStream"), .init(count: 9))
    let error = try await errorOf { for try await _ in stream {} }
    #expect(error.reason == .malformed)
  }

  @Test func streams() async throws {
    let cases: [StreamCase] = try Cases.list("stream.json")
    for one in cases {
      let reader = events.echoStream(.init(text: "风", count: UInt32(one.count)), window: one.window).makeAsyncIterator()
      for index in 0..<one.pauseAfter {
        #expect(try await reader.next()?.index == UInt32(index))
      }
      let bound = min(one.count, one.pauseAfter + one.window) - one.pauseAfter
      try await eventually("\(one.name): \(bound) are delivered") { reader.waiting == bound }
      try await Task.sleep(for: .milliseconds(50))  // what comes beyond the bound, comes in this time
      #expect(reader.waiting == bound, "\(one.name)")
      for index in one.pauseAfter..<one.count {
        let message = try await reader.next()
        #expect(message?.index == UInt32(index) && message?.text == "风", "\(one.name)")
      }
      #expect(try await reader.next() == nil)
      #expect(try await reader.next() == nil)
    }
  }

  /// By leaving the loop, and by cancelling its task: each ends once, by itself or because it was cancelled.
  @Test func cancelRaces() async throws {
    let cases: [CancelCase] = try Cases.list("cancel.json")
    for one in cases {
      let stream = events.echoStream(.init(text: "风", count: UInt32(one.count)), window: one.window)
      for _ in 0..<one.rounds {
        let left = try await onceAdmitted {
          var taken = 0
          if one.afterMessages == 0 { return taken }
          for try await _ in stream {
            taken += 1
            if taken == one.afterMessages { break }
          }
          return taken
        }
        #expect(left == one.afterMessages)
        let task = Task {
          var taken = 0
          for try await _ in stream {
            taken += 1
            if taken > one.afterMessages { withUnsafeCurrentTask { $0?.cancel() } }
          }
          return taken
        }
        if one.afterMessages == 0 { task.cancel() }
        switch await task.result {
        case .success(let taken): #expect(taken == one.count, "\(one.name)")
        case .failure(let error as QingfengError): #expect(error.reason == .cancelled || error.reason == .busy)
        case .failure(let error): Issue.record(error)
        }
      }
    }
    // No call is left: there is room for as many as a client may have.
    let endless = events.echoStream(.init(count: 1_000_000), window: 1)
    try await eventually("all calls have ended") { client.underWay == 0 }
    let readers = (0..<256).map { _ in endless.makeAsyncIterator() }
    for reader in readers { #expect(try await reader.next()?.index == 0) }
    #expect(try await errorOf { try await events.echo() }.reason == .busy)
  }

  /// Whose end has come, and whose messages were not taken: it is told as cancelled, not as whole.
  @Test func aStreamThatIsCancelledAfterItsEnd() async throws {
    let client = client
    let task = Task {
      let reader = EventService(client).echoStream(.init(count: 5), window: 16).makeAsyncIterator()
      #expect(try await reader.next()?.index == 0)
      try await eventually("all of it is delivered") { reader.waiting == 4 && client.underWay == 0 }
      withUnsafeCurrentTask { $0?.cancel() }
      for _ in 0..<2 {
        #expect(try await errorOf { _ = try await reader.next() }.reason == .cancelled)
      }
    }
    try await task.value
  }

  /// Each waits for an end that comes only by cancelling; more of them than a client may have calls.
  @Test func aCancelledTaskCancelsItsCall() async throws {
    let endless = Method<EchoStreamRequest, EchoStreamResponse>("qingfeng.client.v1.EventService/EchoStream")
    for _ in 0..<300 {
      let task = Task { try await client.call(endless, EchoStreamRequest(count: 1_000_000)) }
      await Task.yield()
      task.cancel()
      #expect(try await errorOf { _ = try await task.value }.reason == .cancelled)
    }
    #expect(try await events.echo(.init(text: "still there")).text == "still there")
  }

  @Test func threads() throws {
    let one: ThreadsCase = try Cases.read("threads.json")
    let good = Shared(0)
    let all = DispatchGroup()
    for thread in 0..<one.threads {
      all.enter()
      Thread.detachNewThread {
        defer { all.leave() }
        for call in 0..<one.callsEach {
          let wanted = Cases.data(one.dataBytes, seed: thread * one.callsEach + call)
          let ended = DispatchSemaphore(value: 0)
          let got = Shared<Data?>(nil)
          let started = try? client.start("qingfeng.client.v1.EventService/Echo", ProtoJSON.encode(EchoRequest(data: wanted)), window: 1) {
            switch $1 {
            case .message(let bytes): got.with { $0 = try? ProtoJSON.decode(EchoResponse.self, bytes).data }
            case .end: ended.signal()
            }
          }
          if started != nil { ended.wait() }
          if got.with({ $0 }) == wanted { good.with { $0 += 1 } }
        }
      }
    }
    all.wait()
    #expect(good.with { $0 } == one.threads * one.callsEach)
  }
}
