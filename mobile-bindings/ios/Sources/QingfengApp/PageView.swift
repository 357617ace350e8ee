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
    private var port: PagePort?

    /// The rules first: without them there is no view.
    public static func make(store: Store, files: PageFiles) async throws -> PageView {
      let list = try await WKContentRuleListStore.default().compileContentRuleList(
        forIdentifier: "qingfeng", encodedContentRuleList: PageFiles.rules)
      guard let list else { throw CocoaError(.featureUnsupported) }
      return PageView(store: store, files: files, rules: list)
    }

    private init(store: Store, files: PageFiles, rules: WKContentRuleList) {
      self.store = store
      self.files = files
      self.rules = rules
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
      let port = PagePort(store: store, contents: configuration.userContentController)
      let view = WKWebView(frame: .zero, configuration: configuration)
      view.navigationDelegate = self
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
      let ours = url?.scheme == PageFiles.scheme && url?.host == PageFiles.home.host && action.targetFrame?.isMainFrame == true
      return ours ? .allow : .cancel
    }

    /// The system ended the page's process to have its memory. What was typed is in the drafts.
    public func webViewWebContentProcessDidTerminate(_ webView: WKWebView) {
      webView.load(URLRequest(url: PageFiles.home))
    }
  }

  /// `qingfengPort` in the page, and the bridge behind it. Frames go as base64 both ways: a message handler carries no bytes.
  @MainActor
  final class PagePort: NSObject, WKScriptMessageHandler {
    weak var view: WKWebView?
    private let store: Store
    private var bridge: Bridge?

    private static let name = "qingfeng"
    private static let script = """
      globalThis.qingfengPort = {
        onmessage: null,
        postMessage: (data) => webkit.messageHandlers.qingfeng.postMessage(data),
      };
      """

    init(store: Store, contents: WKUserContentController) {
      self.store = store
      super.init()
      bridge = Bridge(client: store.client) { [weak self] frame in
        let text = frame.base64EncodedString()  // whose letters mean nothing in a script
        DispatchQueue.main.async { [weak self] in  // in order, which tasks are not
          MainActor.assumeIsolated { self?.tell(text) }
        }
      }
      contents.addUserScript(WKUserScript(source: Self.script, injectionTime: .atDocumentStart, forMainFrameOnly: true))
      contents.add(self, name: Self.name)
    }

    func userContentController(_ contents: WKUserContentController, didReceive message: WKScriptMessage) {
      let frame = message.frameInfo
      guard frame.isMainFrame, frame.securityOrigin.protocol == PageFiles.scheme else { return }
      let bytes = (message.body as? String).flatMap { Data(base64Encoded: $0) }
      if bridge?.receive(bytes ?? Data()) == false {
        Task { [store] in await store.close() }
      }
    }

    private func tell(_ text: String) {
      view?.evaluateJavaScript("qingfengPort.onmessage?.({data: \"\(text)\"})", completionHandler: nil)
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
