import Foundation
import Qingfeng
import Support
import Testing

@testable import QingfengApp

/// A page that speaks by hand.
struct Page {
  static let greeting = Frame(.hello, Bridge.version, Data("12345678".utf8))

  private let heard = Shared<[Frame]>([])
  let bridge: Bridge

  init(client: Client, autoLock: AutoLock) {
    bridge = Bridge(client: client, autoLock: autoLock) { [heard] bytes in heard.with { $0.append(Frame(bytes: bytes)!) } }
  }

  var frames: [Frame] { heard.with { $0 } }

  func say(_ kind: Frame.Kind, _ number: UInt32, _ payload: Data = Data()) -> Bool {
    bridge.receive(Frame(kind, number, payload).bytes)
  }

  func greet(_ nonce: String = "12345678") {
    #expect(say(.hello, Bridge.version, Data(nonce.utf8)))
  }

  func start(_ number: UInt32, _ method: String, _ request: Data, window: UInt16 = 1, attended: UInt8 = 1) -> Bool {
    let head = Data([UInt8(window >> 8), UInt8(window & 255), attended, UInt8(method.utf8.count)])
    return say(.start, number, head + Data(method.utf8) + request)
  }
}

/// The bridge between such a page and a core that is real.
@Suite(.timeLimit(.minutes(2)))
struct BridgeTests {
  static let echo = "qingfeng.client.v1.EventService/Echo"
  static let echoStream = "qingfeng.client.v1.EventService/EchoStream"
  static let breeze = Data([0x0a, 0x03]) + Data("风".utf8)  // text: "风"
  static let endless = Data([0x18, 0xc0, 0x84, 0x3d])  // count: 1,000,000

  let client = try! Client()
  let clock = Clock()
  let locked = Shared(0)
  let page: Page

  init() {
    page = Page(client: client, autoLock: AutoLock(now: { [clock] in clock.now }) { [locked] in locked.with { $0 += 1 } })
  }

  var frames: [Frame] { page.frames }

  func hear(_ wanted: [Frame]) async throws {
    try await eventually("\(wanted.count) frames, after \(frames)") { frames.count >= wanted.count }
    #expect(frames == wanted)
  }

  @Test func aCall() async throws {
    page.greet()
    #expect(page.start(7, Self.echo, Self.breeze))
    try await hear([Page.greeting, Frame(.message, 7, Self.breeze), Frame(.end, 7, Data([0]))])
  }

  @Test func creditAndCancel() async throws {
    page.greet()
    #expect(page.start(1, Self.echoStream, Self.endless, window: 2))
    try await eventually("two messages") { frames.count == 3 }
    #expect(page.say(.credit, 1, Data([0, 3])))
    try await eventually("three more") { frames.count == 6 }
    try await Task.sleep(for: .milliseconds(50))  // what comes beyond the credit, comes in this time
    #expect(frames.count == 6)
    #expect(page.say(.cancel, 1))
    try await eventually("the end") { frames.last?.kind == .end }
    #expect(frames.last?.payload.first == 1)
    #expect((frames.last?.payload.count ?? 0) > 1)  // with a google.rpc.Status
    #expect(page.say(.cancel, 1) && page.say(.credit, 1, Data([0, 1])))
  }

  @Test func refusals() async throws {
    page.greet()
    #expect(page.start(1, "qingfeng.client.v1.VaultService/Open", Data()))
    #expect(page.start(2, Self.echo, Data(), window: 0))
    #expect(page.start(3, Self.echo, Data(), window: 257))
    try await hear([
      Page.greeting, Frame(.end, 1, Data([7])), Frame(.end, 2, Data([3])), Frame(.end, 3, Data([3])),
    ])
    await client.close()
    #expect(page.start(4, Self.echo, Data()))
    #expect(frames.last == Frame(.end, 4, Data([5])))
  }

  /// C would read such a name up to the NUL.
  @Test func aNameWithANUL() async throws {
    page.greet()
    #expect(page.start(1, "qingfeng.client.v1.VaultService/Open\0", Data()))
    #expect(page.start(2, Self.echo + "\0", Self.breeze))
    try await hear([Page.greeting, Frame(.end, 1, Data([12])), Frame(.end, 2, Data([12]))])
  }

  @Test func whatAPersonAskedForIsAUse() async throws {
    page.greet()
    clock.pass(590)
    #expect(page.start(1, Self.echo, Self.breeze, attended: 1))
    clock.pass(590)
    #expect(page.start(2, Self.echo, Self.breeze, attended: 0))
    #expect(locked.with { $0 } == 0)
    clock.pass(10)
    #expect(page.start(3, Self.echo, Self.breeze, attended: 0))
    #expect(locked.with { $0 } == 1)
  }

  @Test func aPageThatBeginsAnewHearsNothingOfTheOneBefore() async throws {
    page.greet("pageone.")
    for number in 1...200 { #expect(page.start(UInt32(number), Self.echoStream, Self.endless, window: 256)) }
    page.greet("pagetwo.")
    let before = frames.lastIndex(of: Frame(.hello, Bridge.version, Data("pagetwo.".utf8)))!
    try await eventually("there is room for as many calls again") {
      guard page.start(1, Self.echo, Self.breeze) else { return false }
      return frames[before...].contains(Frame(.message, 1, Self.breeze))
    }
    try await Task.sleep(for: .milliseconds(50))
    #expect(frames[(before + 1)...].allSatisfy { $0.number == 1 && [.message, .end].contains($0.kind) })
  }

  @Test func nothingBeforeTheGreeting() async throws {
    #expect(page.start(1, Self.echo, Self.breeze))
    #expect(page.say(.hello, Bridge.version + 1, Data("12345678".utf8)))  // of another version
    #expect(page.start(2, Self.echo, Self.breeze))
    try await Task.sleep(for: .milliseconds(50))
    #expect(frames == [Page.greeting])
    #expect(!page.say(.message, 1))  // the app's alone, whatever the version
    #expect(frames.last == Frame(.closed, 0))
  }

  @Test(arguments: [
    Data(), Data([9, 0, 0, 0, 1]), Frame(.message, 1).bytes, Frame(.closed, 0).bytes, Frame(.start, 1).bytes,
    Frame(.hello, Bridge.version, Data("1234567".utf8)).bytes, Frame(.hello, Bridge.version, Data("123456789".utf8)).bytes,
    Frame(.cancel, 1, Data([0])).bytes,
    Frame(.credit, 1, Data([0, 0])).bytes, Frame(.credit, 1, Data([1, 1])).bytes, Frame(.credit, 1, Data([1])).bytes,
  ])
  func whatNoPageOfOursSends(bytes: Data) async throws {
    page.greet()
    #expect(page.start(1, Self.echoStream, Self.endless))
    try await eventually("its first message") { frames.count == 2 }
    #expect(!page.bridge.receive(bytes))
    #expect(frames.last == Frame(.closed, 0))
    #expect(!page.say(.hello, Bridge.version, Data("12345678".utf8)))
    try await Task.sleep(for: .milliseconds(20))
    #expect(frames.last == Frame(.closed, 0))
  }
}
