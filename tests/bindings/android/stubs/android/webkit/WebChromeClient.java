package android.webkit;

public class WebChromeClient {
  public abstract static class FileChooserParams {}
  public native boolean onShowFileChooser(WebView view, ValueCallback<android.net.Uri[]> answer, FileChooserParams asked);
  public void onPermissionRequest(PermissionRequest asked) { asked.deny(); }
}
