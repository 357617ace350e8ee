package android.webkit;

public class WebView extends android.view.View {
  private final WebSettings settings = new WebSettings();
  public final java.util.List<String> loaded = new java.util.ArrayList<>();
  public boolean destroyed;
  /** What androidx.webkit has put into its pages, and for which origins. */
  public androidx.webkit.WebViewCompat.WebMessageListener listener;
  public java.util.Set<String> origins;
  private WebViewClient client;
  private WebChromeClient chromeClient;
  public WebView(android.content.Context context) { super(context); }
  public WebSettings getSettings() { return settings; }
  public WebViewClient getWebViewClient() { return client; }
  public void setWebViewClient(WebViewClient client) { this.client = client; }
  public WebChromeClient getWebChromeClient() { return chromeClient; }
  public void setWebChromeClient(WebChromeClient client) { chromeClient = client; }
  public native boolean canGoBack();
  public native void goBack();
  public void loadUrl(String url) { loaded.add(url); }
  public void reload() { loaded.add("again"); }
  public void destroy() { destroyed = true; }
}
