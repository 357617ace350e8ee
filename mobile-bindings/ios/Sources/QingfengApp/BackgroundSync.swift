import Foundation
import Qingfeng

/// What is sent once the app was left: one exchange with the server, in the time that the system gives it, while the store is
/// unlocked. Keys sign each call, so a locked store sends when its owner unlocks it.
///
/// It never runs by a clock: a phone that calls the office at fixed times would tell an onlooker whose it is, and it would have
/// to keep its keys for that. Nothing is shown and nothing is kept of it.
public enum BackgroundSync {
  /// True if the exchange was made. Cancelling its task ends it.
  public static func once(_ client: Client) async -> Bool {
    do {
      for try await _ in FieldService(client).sync(.init(once: true)) {}
      return true
    } catch {
      return false
    }
  }
}
