import Foundation
import Qingfeng

/// There is a store and the phone no longer has the secret that it was made with, as when its passcode was taken away. Nothing
/// opens the store any more: what is left is to erase its folder and to enrol anew.
public struct SecretIsGone: Error {}

/// The one store of this app: where it lies, what protects it, its client, and when that locks.
public final class Store: Sendable {
  public let client: Client
  public let autoLock: AutoLock
  private let watching: Task<Void, Never>

  /// Opens the store in `folder`, made if absent. An open file goes on being written when the phone locks, so that sync may
  /// finish; no backup takes it.
  ///
  /// - Throws: `QingfengError`, or what the keystore or the disk refused.
  public static func open(folder: URL, secret: any PlatformSecret) async throws -> Store {
    try await open(folder: folder, secret: secret, now: { Date() })
  }

  static func open(folder: URL, secret: any PlatformSecret, now: @escaping @Sendable () -> Date) async throws -> Store {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try protect(folder)
    if let kept = try secret.load() {
      let client = try Client()
      let session = try await VaultService(client).open(request(folder, kept, secret)).session
      if session.state != .empty { return Store(client, secret, now) }
      // Nothing was made with that secret, or it was erased: an erasure that was cut short has just ended. What it erased
      // must not be opened by a secret that lives on.
      await client.close()
    }
    let client = try Client()
    let made = try secret.create()
    let session = try await VaultService(client).open(request(folder, made, secret)).session
    if session.state == .empty { return Store(client, secret, now) }
    await client.close()
    try secret.destroy()
    throw SecretIsGone()
  }

  private static func request(_ folder: URL, _ bytes: Data, _ secret: any PlatformSecret) -> OpenRequest {
    .init(folder: folder.path, platformSecret: bytes, platformSecretInHardware: secret.inHardware, forPages: true)
  }

  private init(_ client: Client, _ secret: any PlatformSecret, _ now: @escaping @Sendable () -> Date) {
    self.client = client
    autoLock = AutoLock(now: now) { [weak client] in
      _ = client?.tryStart("qingfeng.client.v1.VaultService/Lock", Data(), window: 1) { _, _ in }
    }
    let hints = EventService(client).watch()
    watching = Task {
      do {
        for try await hint in hints {
          switch hint.session?.state {
          case .locked: clearTemporaryFiles()
          case .wiped:
            clearTemporaryFiles()
            try secret.destroy()
          default: break
          }
        }
      } catch {
        // The client was closed. If the keystore refused, the next opening finds an empty store and makes a new secret.
      }
    }
  }

  /// Forgets the keys, and returns when they are forgotten. Fine if they are not there.
  public func lock() async {
    _ = try? await VaultService(client).lock()  // not open yet, or closed: there is nothing to forget
  }

  public func close() async {
    await client.close()
    await watching.value
    clearTemporaryFiles()
  }

}

/// A WebView leaves a copy of every picture that a person picks there. Only on a phone is that folder this app's own.
private func clearTemporaryFiles() {
  #if os(iOS)
    let files = FileManager.default
    for file in (try? files.contentsOfDirectory(at: files.temporaryDirectory, includingPropertiesForKeys: nil)) ?? [] {
      try? files.removeItem(at: file)
    }
  #endif
}

private func protect(_ folder: URL) throws {
  #if os(iOS)
    try FileManager.default.setAttributes([.protectionKey: FileProtectionType.completeUnlessOpen], ofItemAtPath: folder.path)
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    var excluded = folder
    try excluded.setResourceValues(values)
  #endif
}
