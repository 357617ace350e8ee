package androidx.lifecycle

import android.view.View
import kotlinx.coroutines.asCoroutineDispatcher

val LifecycleOwner.lifecycleScope: LifecycleCoroutineScope
    get() = object : LifecycleCoroutineScope {
        override val coroutineContext = View.MAIN.asCoroutineDispatcher()
    }
