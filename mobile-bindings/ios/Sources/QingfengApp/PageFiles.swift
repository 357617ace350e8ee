import Foundation

/// The files of a page as they lie in the app, under an address that only this app's WebView knows.
///
/// The page reaches the core by the bridge and nothing else by any way: its policy lets it load these files, show what it has
/// in memory, and call nobody.
public struct PageFiles: Sendable {
  /// What a WebView asks for and gets.
  public struct Answer: Sendable, Equatable {
    public let status: Int
    public let headers: [String: String]
    public let body: Data
  }

  public static let scheme = "qingfeng-app"
  public static let home = URL(string: "qingfeng-app://field/")!

  static let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    + "media-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  /// For WebKit's content rule list: nothing but these files and the page's own memory is loaded, whatever asks for it.
  public static let rules = """
    [{"trigger": {"url-filter": ".*"}, "action": {"type": "block"}},
     {"trigger": {"url-filter": "^qingfeng-app://field/"}, "action": {"type": "ignore-previous-rules"}},
     {"trigger": {"url-filter": "^blob:"}, "action": {"type": "ignore-previous-rules"}},
     {"trigger": {"url-filter": "^data:"}, "action": {"type": "ignore-previous-rules"}}]
    """

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
    "json": "application/json", "svg": "image/svg+xml", "png": "image/png", "woff2": "font/woff2", "wasm": "application/wasm",
  ]

  private let folder: URL

  /// `folder` holds an app's `dist`.
  public init(folder: URL) {
    self.folder = folder
  }

  /// Whether an address, or who asks for something, is of this page.
  static func isOurs(scheme: String?, host: String?) -> Bool {
    scheme == PageFiles.scheme && host == PageFiles.home.host
  }

  /// The file at that address; the page itself for the address of a view, which has no dot in its last part.
  public func get(_ url: URL) -> Answer {
    guard PageFiles.isOurs(scheme: url.scheme, host: url.host) else { return none }
    let parts = url.path.split(separator: "/").map(String.init)
    if parts.contains(where: { $0.hasPrefix(".") }) { return none }  // no file of a page is hidden, and none is above
    let isView = !(parts.last ?? "").contains(".")
    let file = isView ? folder.appendingPathComponent("index.html") : folder.appendingPathComponent(parts.joined(separator: "/"))
    guard let body = try? Data(contentsOf: file) else { return none }
    return answer(200, PageFiles.types[file.pathExtension] ?? "application/octet-stream", body)
  }

  private var none: Answer { answer(404, "text/plain; charset=utf-8", Data("There is no such file.\n".utf8)) }

  private func answer(_ status: Int, _ type: String, _ body: Data) -> Answer {
    Answer(status: status, headers: [
      "Content-Type": type, "Content-Length": "\(body.count)", "Content-Security-Policy": PageFiles.policy,
      "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    ], body: body)
  }
}
