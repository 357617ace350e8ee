package android.webkit;

public class WebResourceResponse {
  public WebResourceResponse(String mimeType, String encoding, int statusCode, String reasonPhrase, java.util.Map<String, String> headers, java.io.InputStream data) {}
}
