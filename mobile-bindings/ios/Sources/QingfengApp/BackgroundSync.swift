import Foundation
import Qingfeng

/// What the phone's wake-ups are used for: one exchange with the server, no file.
///
/// Keys are in memory only, so an app that the system has ended meanwhile has nothing to sign with: its wake-up ends at once,
/// and what was filed waits until its owner has unlocked the store. Nothing is shown and nothing is kept of a wake-up.
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

#if canImport(BackgroundTasks) && os(iOS)
  import BackgroundTasks

  extension BackgroundSync {
    /// Stands in the app's Info.plist under BGTaskSchedulerPermittedIdentifiers.
    public static let identifier = "qingfeng.sync"
    private static let pauseSeconds: TimeInterval = 15 * 60

    /// Once, before the app has finished launching. `client` is nil while no store is open.
    public static func register(client: @escaping @Sendable () async -> Client?) {
      BGTaskScheduler.shared.register(forTaskWithIdentifier: identifier, using: nil) { task in
        nonisolated(unsafe) let task = task  // the system's, and documented to be ended from any thread
        schedule()
        let work = Task {
          guard let client = await client() else { return task.setTaskCompleted(success: false) }
          task.setTaskCompleted(success: await once(client))
        }
        task.expirationHandler = { work.cancel() }
      }
    }

    /// Asks for the next wake-up; the system chooses when. Where a person has switched wake-ups off, there is none.
    public static func schedule() {
      let request = BGAppRefreshTaskRequest(identifier: identifier)
      request.earliestBeginDate = Date(timeIntervalSinceNow: pauseSeconds)
      try? BGTaskScheduler.shared.submit(request)
    }
  }
#endif
