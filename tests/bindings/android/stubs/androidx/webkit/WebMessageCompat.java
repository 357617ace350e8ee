package androidx.webkit;

public class WebMessageCompat {
  public static final int TYPE_ARRAY_BUFFER = 1;
  public native int getType();
  public native String getData();
  public native byte[] getArrayBuffer();
}
