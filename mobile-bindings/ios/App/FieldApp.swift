import Qingfeng
import QingfengApp
import SwiftUI
import UIKit

/// The field app on an iPhone: the page of apps/field in a WebView, over this phone's own store.
@main
struct FieldApp: App {
  @Environment(\.scenePhase) private var phase
  @StateObject private var shell = Shell()

  var body: some Scene {
    WindowGroup {
      ZStack {
        if let page = shell.page { Page(page: page).id(ObjectIdentifier(page)).ignoresSafeArea() }
        if let failure = shell.failure { Text(failure).padding() }
        // The app switcher's picture is taken after the scene has become inactive. A picture that the person takes
        // themselves cannot be prevented on this system.
        if phase != .active || shell.covered { Cover() }
      }
      .task { await shell.open() }
      .onChange(of: phase) { shell.changed(to: $0) }
      .onReceive(NotificationCenter.default.publisher(for: UIScreen.capturedDidChangeNotification)) { _ in shell.look() }
    }
  }
}

/// What lives as long as the app: its store, its page, and whether it may be seen.
@MainActor
final class Shell: ObservableObject {
  @Published private(set) var page: PageView?
  @Published private(set) var failure: LocalizedStringKey?
  @Published private(set) var covered = false
  private var store: Store?
  private var opening = false
  private var away = UIBackgroundTaskIdentifier.invalid

  /// Makes what is missing, whenever its owner comes back: the page after a lock, the store after it was closed or could not be
  /// opened. A store opens locked.
  func open() async {
    look()  // a recording may have begun before the app
    guard store == nil || page == nil, !opening else { return }
    opening = true
    defer { opening = false }
    page = nil
    do {
      let store = try await openStore()
      let files = PageFiles(folder: Bundle.main.bundleURL.appendingPathComponent("field"))
      page = try await PageView.make(store: store, files: files) { [weak self] in
        if let self, self.store === store { self.store = nil }  // the next return opens it anew
      }
      failure = nil
    } catch is SecretIsGone {
      failure = "secret is gone"
    } catch {
      failure = "cannot open"
    }
  }

  private func openStore() async throws -> Store {
    if let store { return store }
    let folder = try FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    let opened = try await Store.open(folder: folder.appendingPathComponent("store"), secret: KeychainSecret())
    store = opened
    return opened
  }

  func changed(to phase: ScenePhase) {
    look()
    switch phase {
    case .background: leave()
    case .active: comeBack()
    default: break
    }
  }

  /// Sends what was filed in the time that the system gives to an app that was left, about half a minute, and locks before it
  /// ends: an app that is stopped runs no timer, and would keep its keys for days.
  private func leave() {
    guard let store else { return }
    store.autoLock.leave()
    let sending = Task { await BackgroundSync.once(store.client) }
    away = UIApplication.shared.beginBackgroundTask { [self] in
      sending.cancel()
      Task {
        await lock()
        endAway()
      }
    }
    if away == .invalid { Task { await lock() } }  // no time at all
  }

  /// The page goes with the keys: nothing of it is seen on return.
  private func lock() async {
    page = nil
    await store?.lock()
  }

  private func endAway() {
    UIApplication.shared.endBackgroundTask(away)
    away = .invalid
  }

  private func comeBack() {
    if away != .invalid { endAway() }
    if store?.autoLock.back() == true { page = nil }
    Task { await open() }
  }

  /// Covered while the screen is recorded or shown elsewhere.
  func look() {
    covered = UIScreen.main.isCaptured
  }
}

/// A view of UIKit in one of SwiftUI.
private struct Page: UIViewControllerRepresentable {
  let page: PageView
  func makeUIViewController(context: Context) -> PageView { page }
  func updateUIViewController(_ page: PageView, context: Context) {}
}

/// Instead of what is on the screen: nothing that says what the app is.
private struct Cover: View {
  var body: some View {
    Color(uiColor: .systemBackground).ignoresSafeArea().accessibilityHidden(true)
  }
}
