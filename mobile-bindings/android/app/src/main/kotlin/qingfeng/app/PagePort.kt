package qingfeng.app

import android.net.Uri
import android.util.Base64
import android.webkit.WebView
import androidx.webkit.JavaScriptReplyProxy
import androidx.webkit.WebMessageCompat
import androidx.webkit.WebViewCompat
import androidx.webkit.WebViewFeature
import kotlin.concurrent.thread
import qingfeng.android.Qingfeng
import qingfeng.client.PageBridge

/**
 * The port of the page in [view], and what answers it. WebView calls it on its own thread, for pages of the one origin
 * that it was added for. Frames go as bytes where the WebView carries them, else as base64.
 */
internal class PagePort(private val view: WebView, private val store: Qingfeng) : WebViewCompat.WebMessageListener, AutoCloseable {
    private val binary = WebViewFeature.isFeatureSupported(WebViewFeature.WEB_MESSAGE_ARRAY_BUFFER)
    @Volatile private var page: JavaScriptReplyProxy? = null
    private val bridge = PageBridge(store.client, store.lock) { frame -> view.post { send(frame) } }

    override fun onPostMessage(
        view: WebView, message: WebMessageCompat, sourceOrigin: Uri, isMainFrame: Boolean, replyProxy: JavaScriptReplyProxy,
    ) {
        if (!isMainFrame) return
        page = replyProxy
        if (bridge.take(bytesOf(message) ?: ByteArray(0))) return
        // It is not our page that speaks: the keys are worth more than what it wants. close() waits for the disk.
        thread {
            store.close()
            bridge.closed()
        }
    }

    /** The page is gone: ends what it has under way. */
    override fun close() = bridge.close()

    private fun bytesOf(message: WebMessageCompat): ByteArray? =
        if (message.type == WebMessageCompat.TYPE_ARRAY_BUFFER) message.arrayBuffer
        else try {
            Base64.decode(message.data.orEmpty(), Base64.DEFAULT)
        } catch (_: IllegalArgumentException) {
            null
        }

    private fun send(frame: ByteArray) {
        val to = page ?: return
        if (binary) to.postMessage(frame) else to.postMessage(Base64.encodeToString(frame, Base64.NO_WRAP))
    }
}
