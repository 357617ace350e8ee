package qingfeng.android

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network

/**
 * Tells when a network has come back, so that an open app sends at once instead of at its next try. Needs
 * ACCESS_NETWORK_STATE in the app's manifest; this library asks for no permission itself.
 */
class NetworkWatch(context: Context, private val onAvailable: () -> Unit) : AutoCloseable {
    private val manager = context.getSystemService(ConnectivityManager::class.java)
    private val callback = object : ConnectivityManager.NetworkCallback() {
        override fun onAvailable(network: Network) = this@NetworkWatch.onAvailable.invoke()
    }

    init {
        manager.registerDefaultNetworkCallback(callback)
    }

    override fun close() = manager.unregisterNetworkCallback(callback)
}
