package android.webkit;

public class WebView extends android.view.View {
  public WebView(android.content.Context context) { super(context); }
  public native WebSettings getSettings();
  public native WebViewClient getWebViewClient();
  public native void setWebViewClient(WebViewClient client);
  public native WebChromeClient getWebChromeClient();
  public native void setWebChromeClient(WebChromeClient client);
  public native boolean canGoBack();
  public native void goBack();
  public native void loadUrl(String url);
  public native void destroy();
}
