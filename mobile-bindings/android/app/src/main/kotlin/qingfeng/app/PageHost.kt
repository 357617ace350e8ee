package qingfeng.app

import android.net.Uri
import android.webkit.ValueCallback

/** What a page's window does for it, and asks a person for it. On the thread of the screen. */
interface PageHost {
    /** The page was loaded, for the first time or anew, and nothing of the one before is drawn any more. */
    fun drawn()

    /** Files of the person's choice; null or none if they chose nothing. */
    fun choose(answer: ValueCallback<Array<Uri>>)

    /** Whether the person lets this app have all of [permissions], names of android.Manifest.permission. */
    fun allow(permissions: Array<String>, answer: (Boolean) -> Unit)
}
