package android.content;

/** Its files lie in the folder that the property android.files names. */
public class ContextWrapper extends Context {
  public android.content.res.AssetManager getAssets() { return new android.content.res.AssetManager(); }
  public Context getApplicationContext() { return this; }
  public java.io.File getNoBackupFilesDir() { return new java.io.File(System.getProperty("android.files")); }
  public android.content.res.Resources getResources() { return new android.content.res.Resources(); }
}
