#if canImport(WebKit) && canImport(UIKit)
  import Qingfeng
  import WebKit

  /// `qingfengPort` in the page, and the bridge behind it. Frames go as base64 both ways: a message handler carries no bytes.
  @MainActor
  final class PagePort: NSObject, WKScriptMessageHandler {
    weak var view: WKWebView?
    private let store: Store
    private let closed: @MainActor () -> Void
    private var bridge: Bridge?

    private static let name = "qingfeng"
    private static let script = """
      globalThis.qingfengPort = {
        onmessage: null,
        postMessage: (data) => webkit.messageHandlers.qingfeng.postMessage(data),
      };
      """

    init(store: Store, contents: WKUserContentController, closed: @escaping @MainActor () -> Void) {
      self.store = store
      self.closed = closed
      super.init()
      bridge = Bridge(client: store.client, autoLock: store.autoLock) { [weak self] frame in
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
      let origin = frame.securityOrigin
      guard frame.isMainFrame, PageFiles.isOurs(scheme: origin.protocol, host: origin.host) else { return }
      let bytes = (message.body as? String).flatMap { Data(base64Encoded: $0) }
      if bridge?.receive(bytes ?? Data()) == false {
        Task { [store, closed] in
          await store.close()
          closed()
        }
      }
    }

    private func tell(_ text: String) {
      view?.evaluateJavaScript("qingfengPort.onmessage?.({data: \"\(text)\"})", completionHandler: nil)
    }
  }
#endif
