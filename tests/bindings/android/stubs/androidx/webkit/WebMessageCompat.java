package androidx.webkit;

public class WebMessageCompat {
  public static final int TYPE_ARRAY_BUFFER = 1;
  private final byte[] bytes;
  public WebMessageCompat(byte[] bytes) { this.bytes = bytes; }
  public int getType() { return TYPE_ARRAY_BUFFER; }
  public native String getData();
  public byte[] getArrayBuffer() { return bytes; }
}
