package android.content;

public abstract class Context {
  public abstract android.content.res.AssetManager getAssets();
  public abstract Context getApplicationContext();
  public abstract java.io.File getNoBackupFilesDir();
  public abstract android.content.res.Resources getResources();
  public final native String getString(int id, Object... arguments);
  public final native String getString(int id);
  public final native <T> T getSystemService(Class<T> service);
}
