package android.view;

public class View {
  public static final int IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS = 8;
  public static final int VISIBLE = 0;
  public static final int GONE = 8;
  /** The thread of the screen. */
  public static final java.util.concurrent.ExecutorService MAIN = java.util.concurrent.Executors.newSingleThreadExecutor(work -> {
    Thread thread = new Thread(work, "main");
    thread.setDaemon(true);
    return thread;
  });
  private int importantForAutofill;
  private int visibility;
  private boolean fitsSystemWindows;
  public View(android.content.Context context) {}
  public int getImportantForAutofill() { return importantForAutofill; }
  public void setImportantForAutofill(int mode) { importantForAutofill = mode; }
  public boolean getFitsSystemWindows() { return fitsSystemWindows; }
  public void setFitsSystemWindows(boolean fits) { fitsSystemWindows = fits; }
  public int getVisibility() { return visibility; }
  public void setVisibility(int now) { visibility = now; }
  public void setBackgroundColor(int color) {}
  public boolean post(Runnable action) {
    MAIN.execute(action);
    return true;
  }
  public android.view.inputmethod.InputConnection onCreateInputConnection(android.view.inputmethod.EditorInfo outAttrs) { return null; }
}
