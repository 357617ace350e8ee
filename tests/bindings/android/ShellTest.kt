import android.content.ContextWrapper
import android.net.Uri
import android.os.SystemClock
import android.view.View
import android.view.WindowManager
import android.view.inputmethod.EditorInfo
import android.webkit.PermissionRequest
import android.widget.FrameLayout
import android.widget.TextView
import androidx.activity.result.ActivityResultCallback
import androidx.activity.result.contract.ActivityResultContracts.RequestMultiplePermissions
import java.nio.file.Files
import java.security.ProviderException
import java.security.Security
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import qingfeng.android.Qingfeng
import qingfeng.app.AppWebView
import qingfeng.app.MainActivity
import qingfeng.client.v1.EchoStreamRequest
import qingfeng.client.v1.EventService
import qingfeng.client.v1.SessionState
import qingfeng.client.v1.VaultService

private const val MINUTE_MS = 60_000L

/** The app on a JVM: its own Kotlin and a real core, over a platform that remembers what it is told (stubs). */
class ShellTest {
    private val activity = onMain { MainActivity() }

    @Before
    fun install() {
        System.setProperty("android.files", Files.createTempDirectory("qingfeng").toString())
        Security.addProvider(Keystore)
        Keystore.held.clear()
    }

    @After
    fun remove() {
        Keystore.meanwhile = {}
        onMain { activity.end() }
        Qingfeng.current?.close()
    }

    private fun <T : Any> eventually(what: () -> T?): T {
        repeat(6_000) { onMain { what() }?.let { return it } ?: Thread.sleep(10) }
        throw AssertionError("it did not happen")
    }

    private fun shownView() = (activity.content as? FrameLayout)?.children?.first() as? AppWebView
    private fun cover() = (activity.content as FrameLayout).children.last().visibility

    private fun launched(): AppWebView {
        onMain { activity.create(); activity.start() }
        return eventually(::shownView)
    }

    /** A store with keys in memory: enrolled, as far as that goes without a server. */
    private fun unlock() {
        val text = Cases.list("../../vectors/invitation.json", "invitations").first().get("text").asString
        val vault = VaultService(Qingfeng.current!!.client)
        runBlocking { vault.enrol { invitation = text; pin = "copper-willow-station" } }
    }

    private fun awayFor(ms: Long) {
        onMain { activity.stop() }
        SystemClock.now += ms
        onMain { activity.start() }
    }

    @Test
    fun nothingOfItIsSeenOrLearnedElsewhere() {
        val view = launched()
        assertEquals(WindowManager.LayoutParams.FLAG_SECURE, activity.shown.flags)
        assertFalse(activity.recentsScreenshot)
        assertEquals(View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS, view.importantForAutofill)
        val keyboard = EditorInfo().also { view.onCreateInputConnection(it) }
        assertEquals(EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING, keyboard.imeOptions)
    }

    @Test
    fun thePagesHaveNothingButTheirPort() {
        val view = launched()
        val off = listOf("allowFileAccess", "allowContentAccess", "geolocationEnabled", "safeBrowsingEnabled", "saveFormData")
        val on = listOf("javaScriptEnabled", "domStorageEnabled", "blockNetworkLoads")
        assertEquals(off.associateWith { false } + on.associateWith { true }, view.settings.set)
        assertEquals(setOf("https://appassets.androidplatform.net"), view.origins)
        assertEquals(listOf("https://appassets.androidplatform.net/"), view.loaded)
    }

    private class Asked(private val address: Uri, private vararg val wanted: String) : PermissionRequest() {
        var answer: List<String>? = null
        override fun getOrigin() = address
        override fun getResources() = arrayOf(*wanted)
        override fun grant(resources: Array<String>) { answer = resources.toList() }
        override fun deny() { answer = listOf("denied") }
    }

    @Test
    fun cameraAndMicrophoneAreForOurPageAndAPersonWhoAllowsThem() {
        val view = launched()
        fun answerTo(asked: Asked, person: Map<String, Boolean>?): List<String>? = onMain {
            activity.asked.clear()
            view.webChromeClient.onPermissionRequest(asked)
            @Suppress("UNCHECKED_CAST")
            val waits = activity.waiting[RequestMultiplePermissions::class.java] as ActivityResultCallback<Map<String, Boolean>>
            val wanted = activity.asked[RequestMultiplePermissions::class.java]
            assertEquals("whether a person was asked", person != null, wanted != null)
            if (person != null) waits.onActivityResult(person)
            asked.answer
        }
        val camera = "android.permission.CAMERA"
        val video = PermissionRequest.RESOURCE_VIDEO_CAPTURE
        val denied = listOf("denied")
        assertEquals(listOf(video), answerTo(Asked(OURS, video), mapOf(camera to true)))
        assertEquals(denied, answerTo(Asked(OURS, video), mapOf(camera to false)))
        assertEquals(denied, answerTo(Asked(OURS, video), emptyMap()))
        assertEquals(denied, answerTo(Asked(OURS, video, "android.webkit.resource.MIDI_SYSEX"), null))
        assertEquals(denied, answerTo(Asked(Address("https", "office.example"), video), null))
    }

    @Test
    fun whoComesBackSoonGoesOn() {
        val view = launched()
        unlock()
        awayFor(MINUTE_MS - 1_000)
        assertSame(view, shownView())
        assertEquals(1, view.loaded.size)
        assertEquals(View.GONE, cover())
        assertEquals(SessionState.SESSION_STATE_PROVISIONAL, Page(view).session())
    }

    @Test
    fun whoComesBackAfterASleepSeesNothingOfTheOldPage() {
        val view = launched()
        unlock()
        awayFor(8 * 60 * MINUTE_MS)
        assertEquals(View.VISIBLE, cover())
        assertEquals(listOf("https://appassets.androidplatform.net/", "again"), view.loaded)
        assertEquals(SessionState.SESSION_STATE_LOCKED, Page(view).session())
        onMain { view.webViewClient.onPageCommitVisible(view, "") }
        assertEquals(View.GONE, cover())
    }

    @Test
    fun whatComesTooLateFindsTheStoreLocked() {
        for (attended in listOf(true, false)) {
            val page = Page(launched())
            unlock()
            assertEquals(SessionState.SESSION_STATE_PROVISIONAL, page.session())
            SystemClock.now += 11 * MINUTE_MS // the device slept
            assertEquals(SessionState.SESSION_STATE_LOCKED, page.session(attended))
            remove()
            install()
        }
    }

    @Test
    fun aWindowThatIsClosedLeavesNoCall() {
        val view = launched()
        val page = Page(view)
        val endless = EchoStreamRequest.newBuilder().setCount(1_000_000).build().toByteArray()
        for (call in 1..256) page.say(frame(START, call, start(ECHO_STREAM, endless, 1)))
        onMain { activity.end() }
        assertTrue(view.destroyed)
        val events = EventService(Qingfeng.current!!.client)
        eventually { runCatching { events.echoAsync().get() }.getOrNull() }
    }

    @Test
    fun afterABadFrameANewPageHasANewCore() {
        val view = launched()
        val page = Page(view)
        page.say(byteArrayOf(9, 0, 0, 0, 0))
        assertEquals(CLOSED, page.next().kind)
        awayFor(0)
        val next = eventually(::shownView)
        assertNotSame(view, next)
        assertTrue(view.destroyed)
        assertEquals(SessionState.SESSION_STATE_EMPTY, Page(next).session())
    }

    @Test
    fun anOpeningThatNobodyWaitsForLeavesTheFolderFree() = runBlocking {
        val context = ContextWrapper()
        val opening = launch(Dispatchers.IO) { Qingfeng.get(context) }
        Keystore.meanwhile = { opening.cancel() }
        opening.join()
        Keystore.meanwhile = {}
        VaultService(Qingfeng.get(context).client).getSession()
        assertTrue("it was cancelled", opening.isCancelled)
    }

    @Test
    fun aKeystoreThatFailsIsToldWithItsReason() {
        Keystore.meanwhile = { throw ProviderException("no answer") }
        onMain { activity.create(); activity.start() }
        val told = eventually { (activity.content as? TextView)?.text }
        assertTrue(told.toString(), "KEY_FILE" in told)
    }
}
