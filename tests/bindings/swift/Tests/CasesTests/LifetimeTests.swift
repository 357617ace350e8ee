import CQingfeng
import Foundation
import Support
import Testing

@testable import Qingfeng

/// The ends that a client and its calls can come to.
@Suite(.timeLimit(.minutes(5)))
struct LifetimeTests {
  static let echoStream = "qingfeng.client.v1.EventService/EchoStream"
  static let endless = ProtoJSON.encode(EchoStreamRequest(count: 1_000_000))

  @Test func closedClients() async throws {
    let client = try Client()
    let events = EventService(client)
    let reader = events.echoStream(.init(count: 1_000), window: 1).makeAsyncIterator()
    #expect(try await reader.next()?.index == 0)
    await client.close()
    await client.close()
    #expect(try await errorOf { while try await reader.next() != nil {} }.reason == .cancelled)
    #expect(try await errorOf { try await events.echo() }.reason == .state)
    #expect(try await errorOf { for try await _ in events.echoStream() {} }.reason == .state)
  }

  /// Handles that never were, and that are no more, as the C functions see them.
  @Test func staleHandles() async throws {
    let client = try Client()
    let call = try client.start(Self.echoStream, Self.endless, window: 1) { _, _ in }
    await client.close()
    for stale in [call.client, 0x7fff_0000_0003, 0, UInt64.max] {
      #expect(qf_start(stale, 1, "a/b", qf_bytes(data: nil, size: 0), 1) == 5)
      #expect(qf_credit(stale, call.number, 1) == 5)
      #expect(qf_cancel(stale, call.number) == 5)
    }
    #expect(qf_close(call.client) == 0)
    #expect(qf_close(.max) == 5)
    call.credit()
    call.cancel()
  }

  @Test func closedWhileBusy() async throws {
    let one: LifetimeCase = try Cases.read("lifetime.json")
    for round in 0..<one.rounds {
      let client = try Client()
      let events = EventService(client)
      let endings = try await withThrowingTaskGroup(of: Reason.self) { group in
        for _ in 0..<one.streams {
          group.addTask {
            try await errorOf { for try await _ in events.echoStream(.init(count: 1_000_000), window: 2) {} }.reason
          }
        }
        for _ in 0..<one.callers {
          group.addTask { try await errorOf { while true { try await events.echo() } }.reason }
        }
        try await Task.sleep(for: .milliseconds(round % 5))
        await client.close()
        return try await group.reduce(into: [Reason]()) { $0.append($1) }
      }
      #expect(endings.count == one.streams + one.callers)
      #expect(Set(endings).isSubset(of: [.cancelled, .state]))  // under way; not started yet
    }
  }

  @Test func listenersMayCallAnythingButClose() async throws {
    let client = try Client()
    let refused = Shared<Int32?>(nil)
    let inner = Shared<Data?>(nil)
    let ends = Shared(0)
    try client.start(Self.echoStream, Self.endless, window: 1) { call, event in
      if case .end = event { return ends.with { $0 += 1 } }
      call.credit()
      guard inner.with({ $0 == nil }) else { return call.cancel() }
      refused.with { $0 = qf_close(call.client) }
      _ = try? client.start("qingfeng.client.v1.EventService/Echo", Data(#"{"text":"inside"}"#.utf8), window: 1) {
        if case .message(let bytes) = $1 { inner.with { $0 = bytes } }
      }
    }
    try await eventually("the stream that its own listener cancels ends") { ends.with { $0 } == 1 }
    #expect(refused.with { $0 } == 9)
    let bytes = try #require(inner.with { $0 })
    #expect(try ProtoJSON.decode(EchoResponse.self, bytes).text == "inside")
  }

  /// Whoever closes waits until the listener is silent, also beside somebody who closes already.
  @Test func closedByTwo() async throws {
    for _ in 0..<30 {
      let client = try Client()
      let ends = Shared(0)
      for _ in 0..<64 {
        try client.start(Self.echoStream, Self.endless, window: 1) { if case .end = $1 { ends.with { $0 += 1 } } }
      }
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            await client.close()
            #expect(ends.with { $0 } == 64)
          }
        }
      }
    }
  }

  /// What a listener begins, it does not wait for.
  @Test func aListenerMayBeginToClose() async throws {
    let client = try Client()
    let ends = Shared<[Int32]>([])
    try client.start(Self.echoStream, Self.endless, window: 1) { _, event in
      switch event {
      case .message: Task { await client.close() }
      case .end(let code, _): ends.with { $0.append(code) }
      }
    }
    try await eventually("closing ends the call") { ends.with { $0 } == [1] }
  }

  @Test func aClientThatIsLetGoIsClosed() async throws {
    let ends = Shared<[Int32]>([])
    do {
      let client = try Client()
      try client.start(Self.echoStream, Self.endless, window: 1) { _, event in
        if case .end(let code, _) = event { ends.with { $0.append(code) } }
      }
    }
    try await eventually("its call ends") { ends.with { $0 } == [1] }
  }

  /// One client for callers of both kinds: bytes that begin with '{' are ProtoJSON, others Protocol Buffers.
  @Test func bothEncodings() async throws {
    let client = try Client()
    let binary = Data([0x0a, 0x03]) + Data("风".utf8)
    let got = Shared<Data?>(nil)
    let ended = Shared(false)
    try client.start("qingfeng.client.v1.EventService/Echo", binary, window: 1) { _, event in
      switch event {
      case .message(let bytes): got.with { $0 = bytes }
      case .end: ended.with { $0 = true }
      }
    }
    try await eventually("the call ends") { ended.with { $0 } }
    #expect(got.with { $0 } == binary)
    #expect(try await EventService(client).echo(.init(text: "风")).text == "风")
  }
}
