package androidx.activity;

public final class OnBackPressedDispatcher {
  public native void addCallback(androidx.lifecycle.LifecycleOwner owner, OnBackPressedCallback callback);
}
