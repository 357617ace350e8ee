import Foundation

/// Where the app keeps the 32 bytes without which no PIN opens the store (client-core/vault/platform_secret.h).
public protocol PlatformSecret: Sendable {
  /// nil if there is none.
  func load() throws -> Data?
  /// A new one, which replaces any other.
  func create() throws -> Data
  /// Gone for good; fine if there was none.
  func destroy() throws
  /// Whether hardware holds what keeps it, as that hardware's keystore says.
  var inHardware: Bool { get }
}

#if canImport(Security)
  import Security

  /// Why a keystore refused, by the number that Security gave.
  public struct KeystoreError: Error {
    public let status: OSStatus
  }

  /// In the keychain, sealed to a key of the Secure Enclave that never leaves it. The item is of this device alone: no backup
  /// and no other phone gets it, and it goes when the phone's passcode is taken away.
  ///
  /// It opens while the phone is unlocked. Without an enclave (a simulator) the sealing key is an ordinary one of the keychain.
  public struct KeychainSecret: PlatformSecret {
    private static let bytes = 32
    private static var sealing: SecKeyAlgorithm { .eciesEncryptionCofactorVariableIVX963SHA256AESGCM }
    private let name: String

    /// `name` tells apart what one app keeps.
    public init(name: String = "qingfeng.platform-secret") {
      self.name = name
    }

    public func load() throws -> Data? {
      var query = item
      query[kSecReturnData] = true
      var found: CFTypeRef?
      let status = SecItemCopyMatching(query as CFDictionary, &found)
      if status == errSecItemNotFound { return nil }
      guard status == errSecSuccess, let sealed = found as? Data else { throw KeystoreError(status: status) }
      guard let key = try key() else { return nil }  // the key is gone: nothing opens what it sealed
      var error: Unmanaged<CFError>?
      guard let secret = SecKeyCreateDecryptedData(key, Self.sealing, sealed as CFData, &error) else { throw taken(error) }
      return secret as Data
    }

    public func create() throws -> Data {
      try destroy()
      var secret = Data(count: Self.bytes)
      let drawn = secret.withUnsafeMutableBytes { SecRandomCopyBytes(kSecRandomDefault, $0.count, $0.baseAddress!) }
      guard drawn == errSecSuccess else { throw KeystoreError(status: drawn) }
      var error: Unmanaged<CFError>?
      guard let key = SecKeyCopyPublicKey(try newKey()),
        let sealed = SecKeyCreateEncryptedData(key, Self.sealing, secret as CFData, &error)
      else { throw taken(error) }
      var attributes = item
      attributes[kSecValueData] = sealed
      attributes[kSecAttrAccessible] = kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly
      let status = SecItemAdd(attributes as CFDictionary, nil)
      guard status == errSecSuccess else { throw KeystoreError(status: status) }
      return secret
    }

    /// The key first: from then on what it sealed is noise.
    public func destroy() throws {
      for query in [keyQuery, item] {
        let status = SecItemDelete(query as CFDictionary)
        guard status == errSecSuccess || status == errSecItemNotFound else { throw KeystoreError(status: status) }
      }
    }

    /// Of the key that is there: one that a simulator made is an ordinary one.
    public var inHardware: Bool {
      guard let key = try? key(), let attributes = SecKeyCopyAttributes(key) as? [CFString: Any] else { return false }
      return attributes[kSecAttrTokenID] as? String == kSecAttrTokenIDSecureEnclave as String
    }

    private var item: [CFString: Any] {
      [kSecClass: kSecClassGenericPassword, kSecAttrService: name, kSecUseDataProtectionKeychain: true]
    }

    private var keyQuery: [CFString: Any] {
      [kSecClass: kSecClassKey, kSecAttrApplicationTag: Data(name.utf8), kSecUseDataProtectionKeychain: true]
    }

    private func key() throws -> SecKey? {
      var query = keyQuery
      query[kSecReturnRef] = true
      var found: CFTypeRef?
      let status = SecItemCopyMatching(query as CFDictionary, &found)
      if status == errSecItemNotFound { return nil }
      guard status == errSecSuccess, let found else { throw KeystoreError(status: status) }
      return (found as! SecKey)  // what kSecReturnRef of a key is
    }

    private func newKey() throws -> SecKey {
      var error: Unmanaged<CFError>?
      guard let access = SecAccessControlCreateWithFlags(
        nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .privateKeyUsage, &error)
      else { throw taken(error) }
      var attributes: [CFString: Any] = [
        kSecAttrKeyType: kSecAttrKeyTypeECSECPrimeRandom, kSecAttrKeySizeInBits: 256,
        kSecPrivateKeyAttrs: [
          kSecAttrIsPermanent: true, kSecAttrApplicationTag: Data(name.utf8), kSecAttrAccessControl: access,
        ] as [CFString: Any],
      ]
      #if !targetEnvironment(simulator)
        attributes[kSecAttrTokenID] = kSecAttrTokenIDSecureEnclave
      #endif
      guard let key = SecKeyCreateRandomKey(attributes as CFDictionary, &error) else { throw taken(error) }
      return key
    }

    private func taken(_ error: Unmanaged<CFError>?) -> any Error {
      if let error { return error.takeRetainedValue() }
      return KeystoreError(status: errSecInternalError)
    }
  }
#endif
