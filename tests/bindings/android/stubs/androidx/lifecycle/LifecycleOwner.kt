package androidx.lifecycle

val LifecycleOwner.lifecycleScope: LifecycleCoroutineScope get() = throw NotImplementedError()
