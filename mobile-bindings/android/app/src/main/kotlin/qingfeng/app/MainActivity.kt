package qingfeng.app

import android.graphics.Color
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.view.View
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
class MainActivity : FragmentActivity(), PageHost {
    private var pages: AppWebView? = null
    private var cover: View? = null
    private var network: NetworkWatch? = null
    private var choosing: ValueCallback<Array<Uri>>? = null
    private var asking: ((Boolean) -> Unit)? = null
    private val chooser = registerForActivityResult(ActivityResultContracts.GetMultipleContents()) { chosen ->
        choosing?.onReceiveValue(chosen.toTypedArray())
        choosing = null
    }
    private val asker = registerForActivityResult(ActivityResultContracts.RequestMultiplePermissions()) { answers ->
        asking?.invoke(answers.isNotEmpty() && answers.values.all { it }) // none: the person did not answer
        asking = null
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(null) // the store keeps what was typed; the platform keeps nothing
        // No picture of it, neither taken by another app nor shown among the recent ones.
        window.setFlags(WindowManager.LayoutParams.FLAG_SECURE, WindowManager.LayoutParams.FLAG_SECURE)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        onBackPressedDispatcher.addCallback(this, object : OnBackPressedCallback(true) {
            override fun handleOnBackPressed() = pages?.takeIf { it.canGoBack() }?.goBack() ?: finish()
        })
    }

    /**
     * Before anything is drawn. A device that slept has let no timer run, so whoever comes back too late would see what was
     * shown long ago, over keys in memory: it is covered until the page was loaded anew, which asks after the lock. A store that
     * was closed or erased meanwhile is followed by a new one.
     */
    override fun onStart() {
        super.onStart()
        val tooLate = Qingfeng.current?.lock?.back()
        if (tooLate == null || pages == null) return open()
        if (!tooLate) return
        cover?.visibility = View.VISIBLE
        pages?.reload()
    }

    private fun open() {
        forget()
        lifecycleScope.launch {
            try {
                show(Qingfeng.get(this@MainActivity, forPages = true))
            } catch (notOpened: QingfengException) {
                tell(notOpened)
            }
        }
    }

    private fun show(opened: Qingfeng) {
        forget()
        if (!AppWebView.supported()) return tell(R.string.webview_too_old)
        val page = AppWebView(this, opened, this).also { pages = it }
        val over = View(this).also { cover = it }
        over.setBackgroundColor(Color.BLACK)
        over.visibility = View.GONE
        // Beside bars and keyboard, not beneath them.
        setContentView(FrameLayout(this).apply { fitsSystemWindows = true; addView(page); addView(over) })
        network = network ?: NetworkWatch(this) { SyncWorker.request(this) }
    }

    override fun drawn() {
        cover?.visibility = View.GONE
    }

    private fun forget() {
        setContentView(View(this))
        pages?.destroy()
        pages = null
    }

    // Any kind of file: what an informant has may be a recording or a scanned letter as well as a picture. A page that wants a
    // camera app gets this chooser too: a camera app leaves the picture in the phone's gallery, for whoever takes the phone.
    // The page's own camera, which needs `allow`, leaves none.
    override fun choose(answer: ValueCallback<Array<Uri>>) {
        choosing?.onReceiveValue(null)
        choosing = answer
        chooser.launch("*/*")
    }

    override fun allow(permissions: Array<String>, answer: (Boolean) -> Unit) {
        asking?.invoke(false)
        asking = answer
        asker.launch(permissions)
    }

    override fun onStop() {
        super.onStop()
        val store = Qingfeng.current ?: return
        store.lock.leave()
        SyncWorker.request(this)
    }

    override fun onDestroy() {
        network?.close()
        pages?.destroy()
        super.onDestroy()
    }

    // What cannot be shown by the pages, because there is no store to show them with.
    private fun tell(error: QingfengException) = tell(getString(R.string.no_store, error.reason.name.removePrefix("REASON_")))

    private fun tell(text: Int) = tell(getString(text))

    private fun tell(text: CharSequence) = setContentView(TextView(this).apply { this.text = text })
}
