import android.net.Uri
import android.view.View
import android.webkit.WebView
import androidx.webkit.JavaScriptReplyProxy
import androidx.webkit.WebMessageCompat
import com.google.protobuf.ByteString
import java.util.concurrent.Callable
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import qingfeng.client.v1.GetSessionResponse
import qingfeng.client.v1.SessionState

private const val GET_SESSION = "qingfeng.client.v1.VaultService/GetSession"

/** On the thread of the screen. */
fun <T> onMain(body: () -> T): T = View.MAIN.submit(Callable { body() }).get(60, TimeUnit.SECONDS)

class Address(private val scheme: String, private val host: String) : Uri() {
    override fun getScheme() = scheme
    override fun getHost() = host
}

val OURS = Address("https", "appassets.androidplatform.net")

/** The page in a WebView, which greets and calls by hand. */
class Page(private val view: WebView) {
    val heard = LinkedBlockingQueue<Frame>()
    private val proxy = object : JavaScriptReplyProxy() {
        override fun postMessage(bytes: ByteArray) = heard.put(Frame(bytes))
        override fun postMessage(text: String) = throw AssertionError("the port carries bytes")
    }

    init {
        say(frame(HELLO, VERSION, ByteArray(8)))
        check(next().kind == HELLO)
    }

    fun say(bytes: ByteArray) = onMain { view.listener.onPostMessage(view, WebMessageCompat(bytes), OURS, true, proxy) }

    fun next(): Frame = heard.poll(60, TimeUnit.SECONDS) ?: throw AssertionError("nothing came")

    /** What the core says of its session, asked by a person or by the page itself. */
    fun session(attended: Boolean = true): SessionState {
        say(frame(START, 1, start(GET_SESSION, ByteArray(0), 1, attended)))
        val answer = next()
        check(answer.kind == MESSAGE && next().kind == END)
        return GetSessionResponse.parseFrom(ByteString.copyFrom(answer.payload)).session.state
    }
}
