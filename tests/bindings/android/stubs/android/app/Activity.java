package android.app;

public class Activity extends android.content.ContextWrapper {
  /** As the system calls them. */
  public final void create() { onCreate(null); }
  public final void start() { onStart(); }
  public final void stop() { onStop(); }
  public final void end() { onDestroy(); }
  public final android.view.Window shown = new android.view.Window();
  public android.view.View content;
  public boolean recentsScreenshot = true;
  protected void onCreate(android.os.Bundle state) {}
  protected void onStart() {}
  protected void onStop() {}
  protected void onDestroy() {}
  public android.view.Window getWindow() { return shown; }
  public native void finish();
  public void setContentView(android.view.View view) { content = view; }
  public void setRecentsScreenshotEnabled(boolean enabled) { recentsScreenshot = enabled; }
}
