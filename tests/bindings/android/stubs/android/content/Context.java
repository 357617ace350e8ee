package android.content;

public abstract class Context {
  public abstract android.content.res.AssetManager getAssets();
  public abstract Context getApplicationContext();
  public abstract java.io.File getNoBackupFilesDir();
  public abstract android.content.res.Resources getResources();
  public final String getString(int id, Object... arguments) { return id + java.util.Arrays.toString(arguments); }
  public final String getString(int id) { return "" + id; }
  public final <T> T getSystemService(Class<T> service) {
    try {
      return service.getConstructor().newInstance();
    } catch (ReflectiveOperationException none) {
      throw new IllegalStateException(none);
    }
  }
}
