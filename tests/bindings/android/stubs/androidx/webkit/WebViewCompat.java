package androidx.webkit;

public class WebViewCompat {
  public interface WebMessageListener { void onPostMessage(android.webkit.WebView view, WebMessageCompat message, android.net.Uri sourceOrigin, boolean isMainFrame, JavaScriptReplyProxy replyProxy); }
  public static void addWebMessageListener(android.webkit.WebView view, String name, java.util.Set<String> origins, WebMessageListener listener) {
    view.listener = listener;
    view.origins = origins;
  }
}
