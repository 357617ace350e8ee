package android.view;

public abstract class Window {
  public native void setFlags(int flags, int mask);
}
