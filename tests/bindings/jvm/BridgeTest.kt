import com.google.protobuf.ByteString
import google.rpc.Status
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import qingfeng.client.AutoLock
import qingfeng.client.PageBridge
import qingfeng.client.QingfengClient
import qingfeng.client.v1.EchoRequest
import qingfeng.client.v1.EchoStreamRequest
import qingfeng.client.v1.EventService
import qingfeng.common.v1.ErrorDetail
import qingfeng.common.v1.Reason

/** The app's side of the bridge, with this test as its page; the cases of frames.json among it. */
class BridgeTest {
    private val client = QingfengClient.open()
    private val heard = LinkedBlockingQueue<Frame>()
    private val locked = LinkedBlockingQueue<Long>()
    @Volatile private var now = 0L
    private val lock = AutoLock(1_000, 100, { now }) { locked.put(now) }
    private val bridge = PageBridge(client, lock) { bytes ->
        heard.put(Frame(bytes))
    }
    private val nonce = ByteArray(8) { it.toByte() }

    @After
    fun close() {
        client.close()
        lock.close()
    }

    private fun next(): Frame = heard.poll(30, TimeUnit.SECONDS) ?: throw AssertionError("nothing came")

    private fun greet() {
        assertTrue(bridge.take(frame(HELLO, VERSION, nonce)))
        while (true) next().let { if (it.kind == HELLO) return assertEquals(nonce.toList(), it.payload.toList()) }
    }

    @Test
    fun framesOfTheCases() {
        val payloads = Cases.read("frames.json").getAsJsonObject("payloads").getAsJsonObject("start")
        val method = payloads.get("method").asString
        val made = start(method, bytesOf(payloads.get("request").asString), payloads.get("window").asInt, payloads.get("attended").asBoolean)
        assertEquals(payloads.get("payload").asString, made.joinToString("") { "%02x".format(it) })
        fun named(name: String) = bytesOf(Cases.list("frames.json", "frames").first { it.get("name").asString == name }.get("frame").asString)
        assertTrue(bridge.take(named("a greeting")))
        assertEquals(HELLO, next().kind)
        for (name in listOf("a call", "credit", "cancel")) assertTrue(name, bridge.take(named(name)))
        assertEquals(MESSAGE, next().kind)
        assertEquals(END, next().kind)
        for (one in Cases.list("frames.json", "broken")) assertFalse(one.get("name").asString, bridge.take(bytesOf(one.get("bytes").asString)))
        for (one in Cases.list("frames.json", "broken_starts"))
            assertFalse(one.get("name").asString, bridge.take(frame(START, 2, bytesOf(one.get("payload").asString))))
        for (name in listOf("a message", "a good end", "the app closes")) assertFalse("only apps say: $name", bridge.take(named(name)))
    }

    @Test
    fun echo() {
        greet()
        for ((index, one) in Cases.list("echo.json", "cases").withIndex()) {
            val request = Cases.echo(one).toByteArray()
            bridge.take(frame(START, index, start(ECHO, request, 1)))
            val first = next()
            assertEquals(index, first.number)
            if (one.has("reason")) {
                assertEquals("INVALID_ARGUMENT of qf_start, without a Status", listOf<Byte>(3), first.payload.toList())
                continue
            }
            assertEquals(MESSAGE, first.kind)
            assertTrue(one.toString(), first.payload.contentEquals(request))
            assertEquals(listOf<Byte>(0), next().payload.toList())
        }
    }

    @Test
    fun anErrorIsAStatus() {
        greet()
        bridge.take(frame(START, 1, start(ECHO, EchoRequest.newBuilder().setFail(Reason.REASON_LOCKED).build().toByteArray(), 1)))
        val end = next()
        assertEquals(9, end.payload[0].toInt())
        val status = Status.parseFrom(ByteString.copyFrom(end.payload, 1, end.payload.size - 1))
        assertEquals(Reason.REASON_LOCKED, status.getDetails(0).unpack(ErrorDetail::class.java).reason)
    }

    @Test
    fun creditBoundsAStreamAndCancelEndsIt() {
        greet()
        val request = EchoStreamRequest.newBuilder().setCount(1_000_000).build().toByteArray()
        bridge.take(frame(START, 9, start(ECHO_STREAM, request, 3)))
        repeat(3) { assertEquals(MESSAGE, next().kind) }
        assertNull(heard.poll(50, TimeUnit.MILLISECONDS))
        bridge.take(frame(CREDIT, 9, byteArrayOf(0, 2)))
        repeat(2) { assertEquals(MESSAGE, next().kind) }
        assertNull(heard.poll(50, TimeUnit.MILLISECONDS))
        bridge.take(frame(CANCEL, 9))
        assertEquals(1, next().payload[0].toInt())
        assertFalse(bridge.take(frame(CREDIT, 9, byteArrayOf(0, 0))))
    }

    @Test
    fun aNewPageHearsNothingOfTheOneBefore() {
        val request = EchoStreamRequest.newBuilder().setCount(1_000_000).build().toByteArray()
        greet()
        // More pages than a client may have calls: each one's call is cancelled.
        repeat(300) {
            bridge.take(frame(START, 1, start(ECHO_STREAM, request, 256)))
            greet()
            assertTrue(heard.isEmpty())
        }
        // Refused as one too many, while the cancelled ones are on their way to their end; for ever, if one is left.
        var first: Frame
        do {
            bridge.take(frame(START, 1, start(ECHO, ByteArray(0), 1)))
            first = next()
        } while (first.kind == END && first.payload.toList() == listOf<Byte>(8))
        assertEquals(MESSAGE, first.kind)
    }

    @Test
    fun thePageCannotOpenAStore() {
        greet()
        bridge.take(frame(START, 1, start("qingfeng.client.v1.VaultService/Open", ByteArray(0), 1)))
        next().let { assertEquals(listOf<Any>(END, listOf<Byte>(7)), listOf(it.kind, it.payload.toList())) }
    }

    @Test
    fun closedWhileBusy() {
        greet()
        val request = EchoStreamRequest.newBuilder().setCount(1_000_000).build().toByteArray()
        for (call in 1..8) bridge.take(frame(START, call, start(ECHO_STREAM, request, 2)))
        client.close()
        bridge.closed()
        val ends = generateSequence { next() }.takeWhile { it.kind != CLOSED }.filter { it.kind == END }.toList()
        assertEquals((1..8).toList(), ends.map { it.number }.sorted())
    }

    @Test
    fun anotherVersionIsAnsweredAndNothingMoreIsTaken() {
        fun call() = assertTrue(bridge.take(frame(START, 1, start(ECHO, ByteArray(0), 1))))
        call()
        assertTrue(bridge.take(frame(HELLO, VERSION + 1, nonce)))
        next().let { assertEquals(listOf(HELLO, VERSION), listOf(it.kind, it.number)) }
        call()
        assertNull(heard.poll(50, TimeUnit.MILLISECONDS))
        assertFalse("what only apps say is none of a page", bridge.take(frame(MESSAGE, 1)))
        greet()
        call()
        assertEquals(MESSAGE, next().kind)
    }

    @Test
    fun aNumberThatIsInUseIsRefused() {
        greet()
        val request = EchoStreamRequest.newBuilder().setCount(1_000_000).build().toByteArray()
        bridge.take(frame(START, 1, start(ECHO_STREAM, request, 1)))
        assertEquals(MESSAGE, next().kind)
        bridge.take(frame(START, 1, start(ECHO, ByteArray(0), 1)))
        next().let { assertEquals(listOf<Any>(END, listOf<Byte>(6)), listOf(it.kind, it.payload.toList())) }
        bridge.take(frame(CREDIT, 1, byteArrayOf(0, 1)))
        assertEquals("the first goes on", MESSAGE, next().kind)
    }

    @Test
    fun aPageThatIsGoneLeavesNoCall() {
        val request = EchoStreamRequest.newBuilder().setCount(1_000_000).build().toByteArray()
        greet()
        for (call in 1..256) bridge.take(frame(START, call, start(ECHO_STREAM, request, 1)))
        repeat(256) { assertEquals(MESSAGE, next().kind) }
        bridge.close()
        bridge.take(frame(START, 300, start(ECHO, ByteArray(0), 1)))
        assertNull("it is told nothing more", heard.poll(50, TimeUnit.MILLISECONDS))
        val events = EventService(client)
        val ended = generateSequence { runCatching { events.echoAsync().get() }.isSuccess }
        assertTrue("a client has room for 256 calls", ended.take(1_000).onEach { Thread.sleep(1) }.any { it })
    }

    @Test
    fun aLockThatIsClosedLocksNoMore() {
        lock.close()
        lock.leave()
        lock.touch()
        assertFalse(lock.back())
    }

    @Test
    fun aStoreThatNobodyUsesIsLocked() {
        greet()
        fun call(attended: Boolean = true) = bridge.take(frame(START, 1, start(ECHO, ByteArray(0), 1, attended)))
        now = 999
        call()
        now = 1_500
        call()
        now = 2_000
        call(attended = false)
        assertNull("it is used", locked.poll(50, TimeUnit.MILLISECONDS))
        now = 2_501
        assertEquals("what a page asks by itself is no use", 2_501L, locked.poll(30, TimeUnit.SECONDS))
        call()
        now = 3_600
        call()
        assertEquals("a use that comes too late locks first", 3_600L, locked.poll(30, TimeUnit.SECONDS))
        lock.leave()
        now = 3_650
        call()
        now = 3_701
        assertEquals("its owner has left", 3_701L, locked.poll(30, TimeUnit.SECONDS))
    }
}
