package android.app;

public class Activity extends android.content.ContextWrapper {
  protected native void onCreate(android.os.Bundle state);
  protected native void onStop();
  protected native void onDestroy();
  public native android.view.Window getWindow();
  public native void finish();
  public native void setContentView(android.view.View view);
  public native void setRecentsScreenshotEnabled(boolean enabled);
}
