package qingfeng.app

import android.Manifest
import android.annotation.SuppressLint
import android.content.Context
import android.net.Uri
import android.view.View
import android.view.inputmethod.EditorInfo
import android.view.inputmethod.InputConnection
import android.webkit.PermissionRequest
import android.webkit.ValueCallback
import android.webkit.WebChromeClient
import android.webkit.WebResourceRequest
import android.webkit.WebResourceResponse
import android.webkit.WebView
import android.webkit.WebViewClient
import androidx.webkit.WebViewAssetLoader
import androidx.webkit.WebViewCompat
import androidx.webkit.WebViewFeature
import qingfeng.android.Qingfeng

/**
 * A WebView that shows the app's own pages and nothing else: no network, no file, no content of other apps, no page of
 * another origin. Its pages reach the core through one port, which pages of another origin would not have, and camera and
 * microphone if the person allows it.
 */
@SuppressLint("SetJavaScriptEnabled", "ViewConstructor")
class AppWebView(context: Context, store: Qingfeng, private val host: PageHost) : WebView(context) {
    private val loader = WebViewAssetLoader.Builder().addPathHandler("/", AppPages(context.assets)).build()
    private val port = PagePort(this, store)

    init {
        settings.apply {
            javaScriptEnabled = true // scripts of the app's own origin, as the policy of its pages says
            domStorageEnabled = true // language, size of text and colours that were chosen, for as long as this view lives
            blockNetworkLoads = true
            allowFileAccess = false
            allowContentAccess = false
            setGeolocationEnabled(false)
            safeBrowsingEnabled = false // it would ask others about addresses, and there is no page here but ours
            saveFormData = false
        }
        // What is typed here belongs to no other app: neither to one that fills in forms nor to a keyboard that learns.
        importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
        webViewClient = OwnPagesOnly()
        webChromeClient = Asking()
        WebViewCompat.addWebMessageListener(this, PORT, setOf(ORIGIN), port)
        loadUrl("$ORIGIN/")
    }

    override fun onCreateInputConnection(outAttrs: EditorInfo): InputConnection? =
        super.onCreateInputConnection(outAttrs).also {
            outAttrs.imeOptions = outAttrs.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING
        }

    /** Ends what its page has under way, too. */
    override fun destroy() {
        port.close()
        super.destroy()
    }

    private inner class OwnPagesOnly : WebViewClient() {
        override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest): WebResourceResponse? =
            loader.shouldInterceptRequest(request.url)

        // A link that leads elsewhere leads nowhere: another app would be told where its reader comes from.
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean = !isOurs(request.url)

        override fun onPageCommitVisible(view: WebView, url: String) = host.drawn()
    }

    private inner class Asking : WebChromeClient() {
        override fun onShowFileChooser(view: WebView, answer: ValueCallback<Array<Uri>>, asked: FileChooserParams): Boolean {
            host.choose(answer)
            return true
        }

        override fun onPermissionRequest(asked: PermissionRequest) {
            val resources = asked.resources
            val permissions = resources.mapNotNull(CAPTURES::get)
            if (!isOurs(asked.origin) || permissions.size != resources.size) return asked.deny()
            host.allow(permissions.toTypedArray()) { allowed -> if (allowed) asked.grant(resources) else asked.deny() }
        }
    }

    companion object {
        private const val ORIGIN = "https://${WebViewAssetLoader.DEFAULT_DOMAIN}"
        private const val PORT = "qingfengPort"

        // What a page may capture, and what the person has to allow for it.
        private val CAPTURES = mapOf(
            PermissionRequest.RESOURCE_VIDEO_CAPTURE to Manifest.permission.CAMERA,
            PermissionRequest.RESOURCE_AUDIO_CAPTURE to Manifest.permission.RECORD_AUDIO,
        )

        private fun isOurs(address: Uri): Boolean = "${address.scheme}://${address.host}" == ORIGIN

        /** WebViews before 2020 have no port that is bound to an origin. */
        fun supported(): Boolean = WebViewFeature.isFeatureSupported(WebViewFeature.WEB_MESSAGE_LISTENER)
    }
}
