package androidx.lifecycle;

public abstract class LifecycleCoroutineScope implements kotlinx.coroutines.CoroutineScope {}
