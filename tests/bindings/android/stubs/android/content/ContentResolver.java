package android.content;

public abstract class ContentResolver {
  public final native android.os.ParcelFileDescriptor openFileDescriptor(android.net.Uri uri, String mode) throws java.io.FileNotFoundException;
}
