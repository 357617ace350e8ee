package android.content.res;

/** Of the folder that the property android.assets names. */
public final class AssetManager {
  public java.io.InputStream open(String name) throws java.io.IOException {
    return new java.io.FileInputStream(new java.io.File(System.getProperty("android.assets"), name));
  }
}
