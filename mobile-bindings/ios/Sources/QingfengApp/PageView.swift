#if canImport(WebKit) && canImport(UIKit)
  import Qingfeng
  import UIKit
  import WebKit

  /// The page of an app, over a store: its files, its port, and no way out.
  ///
  /// The view keeps nothing on disk, opens no window, follows no link, and loads nothing from a network.
  @MainActor
  public final class PageView: UIViewController {
    private let store: Store
    private let files: PageFiles
    private let rules: WKContentRuleList
    private let closed: @MainActor () -> Void
    private var port: PagePort?

    /// The rules first: without them there is no view. `closed` is called once the store was closed, since what spoke to it was
    /// no page of ours. This view only says so from then on: another one, over a store that is opened anew, takes its place.
    public static func make(store: Store, files: PageFiles, closed: @escaping @MainActor () -> Void) async throws -> PageView {
      let list = try await WKContentRuleListStore.default().compileContentRuleList(
        forIdentifier: "qingfeng", encodedContentRuleList: PageFiles.rules)
      guard let list else { throw CocoaError(.featureUnsupported) }
      return PageView(store: store, files: files, rules: list, closed: closed)
    }

    private init(store: Store, files: PageFiles, rules: WKContentRuleList, closed: @escaping @MainActor () -> Void) {
      self.store = store
      self.files = files
      self.rules = rules
      self.closed = closed
      super.init(nibName: nil, bundle: nil)
    }

    @available(*, unavailable)
    required init?(coder: NSCoder) {
      nil
    }

    public override func loadView() {
      let configuration = WKWebViewConfiguration()
      configuration.websiteDataStore = .nonPersistent()
      configuration.setURLSchemeHandler(PageScheme(files), forURLScheme: PageFiles.scheme)
      configuration.userContentController.add(rules)
      configuration.dataDetectorTypes = []
      configuration.allowsAirPlayForMediaPlayback = false
      configuration.allowsInlineMediaPlayback = true  // the camera's picture in the page, and not in a player over it
      let port = PagePort(store: store, contents: configuration.userContentController, closed: closed)
      let view = WKWebView(frame: .zero, configuration: configuration)
      view.navigationDelegate = self
      view.uiDelegate = self
      view.allowsLinkPreview = false
      view.allowsBackForwardNavigationGestures = true
      port.view = view
      self.port = port
      self.view = view
      view.load(URLRequest(url: PageFiles.home))
    }
  }

  extension PageView: WKNavigationDelegate {
    public func webView(_ webView: WKWebView, decidePolicyFor action: WKNavigationAction) async -> WKNavigationActionPolicy {
      let url = action.request.url
      return PageFiles.isOurs(scheme: url?.scheme, host: url?.host) && action.targetFrame?.isMainFrame == true ? .allow : .cancel
    }

    /// The system ended the page's process to have its memory. What was typed is in the drafts.
    public func webViewWebContentProcessDidTerminate(_ webView: WKWebView) {
      webView.load(URLRequest(url: PageFiles.home))
    }
  }

  extension PageView: WKUIDelegate {
    /// Camera and microphone are for this page alone. The system asks the phone's owner once, with the words of Info.plist.
    public func webView(
      _ webView: WKWebView, decideMediaCapturePermissionsFor origin: WKSecurityOrigin, initiatedBy frame: WKFrameInfo,
      type: WKMediaCaptureType
    ) async -> WKPermissionDecision {
      PageFiles.isOurs(scheme: origin.protocol, host: origin.host) && frame.isMainFrame ? .grant : .deny
    }
  }

  /// Gives a WebView the files of the page.
  @MainActor
  final class PageScheme: NSObject, WKURLSchemeHandler {
    private let files: PageFiles

    init(_ files: PageFiles) {
      self.files = files
    }

    func webView(_ webView: WKWebView, start task: any WKURLSchemeTask) {
      guard let url = task.request.url else { return task.didFailWithError(URLError(.badURL)) }
      let answer = files.get(url)
      let response = HTTPURLResponse(url: url, statusCode: answer.status, httpVersion: "HTTP/1.1", headerFields: answer.headers)
      guard let response else { return task.didFailWithError(URLError(.badServerResponse)) }
      task.didReceive(response)
      task.didReceive(answer.body)
      task.didFinish()
    }

    func webView(_ webView: WKWebView, stop task: any WKURLSchemeTask) {}  // it was answered at once
  }
#endif
