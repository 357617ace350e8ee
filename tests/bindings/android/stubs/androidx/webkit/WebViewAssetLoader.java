package androidx.webkit;

public final class WebViewAssetLoader {
  public static final String DEFAULT_DOMAIN = "appassets.androidplatform.net";
  public interface PathHandler { android.webkit.WebResourceResponse handle(String path); }
  public static final class Builder {
    public Builder addPathHandler(String path, PathHandler handler) { return this; }
    public WebViewAssetLoader build() { return new WebViewAssetLoader(); }
  }
  public native android.webkit.WebResourceResponse shouldInterceptRequest(android.net.Uri url);
}
