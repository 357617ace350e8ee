package androidx.lifecycle;

public interface LifecycleCoroutineScope extends kotlinx.coroutines.CoroutineScope {}
