import Qingfeng
import QingfengApp
import SwiftUI
import UIKit

/// The field app on an iPhone: the page of apps/field in a WebView, over this phone's own store.
@main
struct FieldApp: App {
  @Environment(\.scenePhase) private var phase
  @ObservedObject private var shell = Shell.shared

  init() {
    BackgroundSync.register { await Shell.shared.store?.client }
  }

  var body: some Scene {
    WindowGroup {
      ZStack {
        if let page = shell.page { Page(page: page).ignoresSafeArea() }
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
  static let shared = Shell()

  @Published private(set) var page: PageView?
  @Published private(set) var failure: LocalizedStringKey?
  @Published private(set) var covered = false
  private(set) var store: Store?
  private var absence = Absence()
  private var returning = false

  func open() async {
    guard store == nil else { return }
    do {
      let folder = try FileManager.default.url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
      let store = try await Store.open(folder: folder.appendingPathComponent("store"), secret: KeychainSecret())
      self.store = store
      page = try await PageView.make(store: store, files: PageFiles(folder: Bundle.main.bundleURL.appendingPathComponent("field")))
    } catch is SecretIsGone {
      failure = "secret is gone"
    } catch {
      failure = "cannot open"
    }
  }

  func changed(to phase: ScenePhase) {
    switch phase {
    case .background:
      absence.begin(at: Date())
      BackgroundSync.schedule()
    case .active:
      guard absence.end(at: Date()), let store else { return }
      returning = true
      look()
      Task {
        await store.lock()
        returning = false
        look()
      }
    default:
      break
    }
  }

  /// Covered while the screen is recorded or shown elsewhere, and until a store that was left alone is locked.
  func look() {
    covered = returning || UIScreen.main.isCaptured
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
