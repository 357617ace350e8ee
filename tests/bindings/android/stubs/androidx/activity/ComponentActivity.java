package androidx.activity;

import androidx.activity.result.ActivityResultCallback;
import androidx.activity.result.ActivityResultLauncher;
import androidx.activity.result.contract.ActivityResultContract;

public class ComponentActivity extends android.app.Activity implements androidx.lifecycle.LifecycleOwner {
  /** What was asked for, and who waits for the answer, by the kind of contract. */
  public final java.util.Map<Class<?>, Object> asked = new java.util.HashMap<>();
  public final java.util.Map<Class<?>, ActivityResultCallback<?>> waiting = new java.util.HashMap<>();
  public final OnBackPressedDispatcher getOnBackPressedDispatcher() { return new OnBackPressedDispatcher(); }
  public final <I, O> ActivityResultLauncher<I> registerForActivityResult(
      ActivityResultContract<I, O> contract, ActivityResultCallback<O> callback) {
    waiting.put(contract.getClass(), callback);
    return new ActivityResultLauncher<I>() {
      @Override public void launch(I input) { asked.put(contract.getClass(), input); }
    };
  }
}
