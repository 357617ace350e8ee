package android.content;

public class ContextWrapper extends Context {
  public native android.content.res.AssetManager getAssets();
  public native Context getApplicationContext();
  public native java.io.File getNoBackupFilesDir();
  public native android.content.res.Resources getResources();
}
