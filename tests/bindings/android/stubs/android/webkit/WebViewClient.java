package android.webkit;

public class WebViewClient {
  public native WebResourceResponse shouldInterceptRequest(WebView view, WebResourceRequest request);
  public native boolean shouldOverrideUrlLoading(WebView view, WebResourceRequest request);
  public void onPageCommitVisible(WebView view, String url) {}
}
