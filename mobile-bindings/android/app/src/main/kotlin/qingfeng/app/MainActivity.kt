package qingfeng.app

import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.view.WindowManager
import android.webkit.ValueCallback
import android.widget.FrameLayout
import android.widget.TextView
import androidx.activity.OnBackPressedCallback
import androidx.activity.result.contract.ActivityResultContracts
import androidx.fragment.app.FragmentActivity
import androidx.lifecycle.lifecycleScope
import kotlinx.coroutines.launch
import qingfeng.android.NetworkWatch
import qingfeng.android.Qingfeng
import qingfeng.android.SyncWorker
import qingfeng.client.QingfengException

/** The app: one window with the pages of apps/field, over the store of this device. */
class MainActivity : FragmentActivity() {
    private var store: Qingfeng? = null
    private var pages: AppWebView? = null
    private var choosing: ValueCallback<Array<Uri>>? = null
    private val chooser = registerForActivityResult(ActivityResultContracts.GetMultipleContents()) { chosen ->
        choosing?.onReceiveValue(chosen.toTypedArray())
        choosing = null
    }
    private val network by lazy { NetworkWatch(this) { SyncWorker.request(this) } }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(null) // the store keeps what was typed; the platform keeps nothing
        // No picture of it, neither taken by another app nor shown among the recent ones.
        window.setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        onBackPressedDispatcher.addCallback(this, object : OnBackPressedCallback(true) {
            override fun handleOnBackPressed() = pages?.takeIf { it.canGoBack() }?.goBack() ?: finish()
        })
        lifecycleScope.launch {
            try {
                show(Qingfeng.get(this@MainActivity))
            } catch (notOpened: QingfengException) {
                tell(notOpened)
            }
        }
    }

    private fun show(opened: Qingfeng) {
        if (!AppWebView.supported()) return tell(R.string.webview_too_old)
        store = opened
        val shown = AppWebView(this, opened, ::choose).also { pages = it }
        // Beside bars and keyboard, not beneath them.
        setContentView(FrameLayout(this).apply { fitsSystemWindows = true; addView(shown) })
        network // from now on
    }

    // Any kind of file: what an informant has may be a recording or a scanned letter as well as a picture.
    private fun choose(answer: ValueCallback<Array<Uri>>) {
        choosing?.onReceiveValue(null)
        choosing = answer
        chooser.launch("*/*")
    }

    override fun onStop() {
        super.onStop()
        store?.lock?.leave()
        if (store != null) SyncWorker.request(this)
    }

    override fun onDestroy() {
        if (pages != null) network.close()
        pages?.destroy()
        super.onDestroy()
    }

    // What cannot be shown by the pages, because there is no store to show them with.
    private fun tell(error: QingfengException) = tell(getString(R.string.no_store, error.reason.name.removePrefix("REASON_")))

    private fun tell(text: Int) = tell(getString(text))

    private fun tell(text: CharSequence) = setContentView(TextView(this).apply { this.text = text })
}
