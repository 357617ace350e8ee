import Foundation
import Qingfeng
import Support
import Testing

@testable import QingfengApp

/// In memory: what the keychain does for an app, where there is none.
final class MemorySecret: PlatformSecret {
  let kept: Shared<Data?>
  let made = Shared(0)
  let inHardware = false
  init(_ bytes: Data? = nil) { kept = Shared(bytes) }
  func load() -> Data? { kept.with { $0 } }
  func destroy() { kept.with { $0 = nil } }
  func create() -> Data {
    let number = made.with { count -> UInt8 in
      count += 1
      return UInt8(count)
    }
    let bytes = Data(repeating: number, count: 32)
    kept.with { $0 = bytes }
    return bytes
  }
}

/// A folder that is gone after the test.
final class Folder {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent("qingfeng-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }
}

struct StoreTests {
  @Test func aStoreAndItsSecret() async throws {
    let folder = try Folder()
    let place = folder.url.appendingPathComponent("store")
    let secret = MemorySecret()
    // A new office makes this store one that has something to keep.
    let request = try #require(ProcessInfo.processInfo.environment["QF_SERVER_REQUEST"], "swift_test.py makes one by qingfengd")
    let first = try await Store.open(folder: place, secret: secret)
    try await VaultService(first.client).createOffice(
      .init(
        pin: "copper-willow-station", serverRequest: Data(contentsOf: URL(fileURLWithPath: request)), address: "localhost:8443",
        administratorName: "李秀英"))
    await first.close()
    // Opened again with what it was made with.
    let clock = Clock()
    let second = try await Store.open(folder: place, secret: secret, now: { clock.now })
    #expect(try await VaultService(second.client).unlock(.init(pin: "copper-willow-station")).session.state == .active)
    // Unused for too long: what a page asks for then finds it locked.
    clock.pass(600)
    let page = Page(client: second.client, autoLock: second.autoLock)
    page.greet()
    #expect(page.start(1, "qingfeng.client.v1.FieldService/ListDrafts", Data()))
    try await eventually("the answer") { page.frames.last?.kind == .end }
    #expect(page.frames.last?.payload.first == 9)
    #expect(try await VaultService(second.client).getSession().session.state == .locked)
    try await VaultService(second.client).unlock(.init(pin: "copper-willow-station"))
    await second.lock()
    #expect(try await VaultService(second.client).getSession().session.state == .locked)
    #expect(secret.made.with { $0 } == 1)
    #expect(await BackgroundSync.once(second.client) == false)  // locked: nothing to sign with
    await second.close()
    // With a keystore that has lost it, nothing opens; and no other secret is left that would only make each PIN wrong.
    let lost = MemorySecret()
    await #expect(throws: SecretIsGone.self) { _ = try await Store.open(folder: place, secret: lost) }
    #expect(lost.load() == nil)
    // Wiped: the secret goes by itself.
    let third = try await Store.open(folder: place, secret: secret)
    try await VaultService(third.client).wipe(.init(confirm: true, loseUnsent: true))
    try await eventually("the secret is destroyed") { secret.load() == nil }
    await third.close()
    #expect(!FileManager.default.fileExists(atPath: place.path + ".secret"))
  }

  @Test func anEmptyStoreBeginsWithANewSecret() async throws {
    let folder = try Folder()
    let secret = MemorySecret(Data(repeating: 0xee, count: 32))  // of a store whose erasure was cut short
    let store = try await Store.open(folder: folder.url.appendingPathComponent("store"), secret: secret)
    #expect(secret.load() == Data(repeating: 1, count: 32))
    #expect(try await VaultService(store.client).getSession().session.state == .empty)
    await store.close()
  }
}

struct PageFilesTests {
  let folder = try! Folder()
  let files: PageFiles

  init() throws {
    let dist = folder.url.appendingPathComponent("dist")
    try FileManager.default.createDirectory(at: dist.appendingPathComponent("assets"), withIntermediateDirectories: true)
    for (name, text) in ["dist/index.html": "page", "dist/assets/a-1.js": "script", "dist/.hidden.js": "hidden", "secret.js": "secret"] {
      try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
    }
    files = PageFiles(folder: dist)
  }

  func get(_ address: String) throws -> PageFiles.Answer { files.get(try #require(URL(string: address))) }

  @Test func filesAndViews() throws {
    for view in ["qingfeng-app://field/", "qingfeng-app://field/drafts/0a1b?x=y.z#end"] {
      #expect(try get(view).body == Data("page".utf8), "\(view)")
    }
    let script = try get("qingfeng-app://field/assets/a-1.js")
    #expect(script.status == 200 && script.body == Data("script".utf8))
    #expect(script.headers["Content-Type"] == "text/javascript; charset=utf-8")
    #expect(script.headers["Content-Security-Policy"]?.hasPrefix("default-src 'none'; script-src 'self'") == true)
    #expect(script.headers["Content-Security-Policy"]?.contains("connect-src") == false)
  }

  @Test func nothingElse() throws {
    for address in [
      "qingfeng-app://field/../secret.js", "qingfeng-app://field/assets/%2e%2e/%2e%2e/secret.js", "qingfeng-app://field/.hidden.js",
      "qingfeng-app://field/none.js", "qingfeng-app://other/index.html", "https://field/index.html", "file:///etc/passwd",
    ] {
      let answer = try get(address)
      #expect(answer.status == 404 && answer.body == Data("There is no such file.\n".utf8), "\(address)")
    }
  }

  @Test func whoIsOurs() {
    #expect(PageFiles.isOurs(scheme: "qingfeng-app", host: "field"))
    for (scheme, host) in [("qingfeng-app", "other"), ("https", "field"), ("qingfeng-app", nil), (nil, "field"), ("", ""), (nil, nil)] {
      #expect(!PageFiles.isOurs(scheme: scheme, host: host))
    }
  }

  @Test func rulesAreJSON() throws {
    let rules = try JSONSerialization.jsonObject(with: Data(PageFiles.rules.utf8)) as? [[String: [String: String]]]
    #expect(rules?.first == ["trigger": ["url-filter": ".*"], "action": ["type": "block"]])
    #expect(rules?.dropFirst().allSatisfy { $0["action"] == ["type": "ignore-previous-rules"] } == true)
  }
}
