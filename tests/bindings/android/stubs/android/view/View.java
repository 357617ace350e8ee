package android.view;

public class View {
  public static final int IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS = 8;
  public View(android.content.Context context) {}
  public native int getImportantForAutofill();
  public native void setImportantForAutofill(int mode);
  public native boolean getFitsSystemWindows();
  public native void setFitsSystemWindows(boolean fits);
  public native boolean post(Runnable action);
  public native android.view.inputmethod.InputConnection onCreateInputConnection(android.view.inputmethod.EditorInfo outAttrs);
}
