package qingfeng.app

import android.annotation.SuppressLint
import android.content.Context
import android.net.Uri
import android.view.View
import android.view.inputmethod.EditorInfo
import android.view.inputmethod.InputConnection
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
 * another origin. Its pages reach the core through one port, which pages of another origin would not have.
 */
@SuppressLint("SetJavaScriptEnabled", "ViewConstructor")
class AppWebView(context: Context, store: Qingfeng, private val choose: (ValueCallback<Array<Uri>>) -> Unit) : WebView(context) {
    private val loader = WebViewAssetLoader.Builder().addPathHandler("/", AppPages(context.assets)).build()

    init {
        settings.apply {
            javaScriptEnabled = true // scripts of the app's own origin, as the policy of its pages says
            domStorageEnabled = true // the language that was chosen, and nothing else
            blockNetworkLoads = true
            allowFileAccess = false
            allowContentAccess = false
            setGeolocationEnabled(false)
            safeBrowsingEnabled = true
            saveFormData = false
        }
        // What is typed here belongs to no other app: neither to one that fills in forms nor to a keyboard that learns.
        importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
        webViewClient = OwnPagesOnly()
        webChromeClient = FileChooser()
        WebViewCompat.addWebMessageListener(this, PORT, setOf(ORIGIN), PagePort(this, store))
        loadUrl("$ORIGIN/")
    }

    override fun onCreateInputConnection(outAttrs: EditorInfo): InputConnection? =
        super.onCreateInputConnection(outAttrs).also {
            outAttrs.imeOptions = outAttrs.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING
        }

    private inner class OwnPagesOnly : WebViewClient() {
        override fun shouldInterceptRequest(view: WebView, request: WebResourceRequest): WebResourceResponse? =
            loader.shouldInterceptRequest(request.url)

        // A link that leads elsewhere leads nowhere: another app would be told where its reader comes from.
        override fun shouldOverrideUrlLoading(view: WebView, request: WebResourceRequest): Boolean =
            "${request.url.scheme}://${request.url.host}" != ORIGIN
    }

    private inner class FileChooser : WebChromeClient() {
        override fun onShowFileChooser(view: WebView, answer: ValueCallback<Array<Uri>>, asked: FileChooserParams): Boolean {
            choose(answer)
            return true
        }
    }

    companion object {
        private const val ORIGIN = "https://${WebViewAssetLoader.DEFAULT_DOMAIN}"
        private const val PORT = "qingfengPort"

        /** WebViews before 2020 have no port that is bound to an origin. */
        fun supported(): Boolean = WebViewFeature.isFeatureSupported(WebViewFeature.WEB_MESSAGE_LISTENER)
    }
}
