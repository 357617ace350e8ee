import com.google.gson.JsonObject
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import qingfeng.client.Method
import qingfeng.client.QingfengClient
import qingfeng.client.QingfengException
import qingfeng.client.v1.EchoStreamRequest
import qingfeng.client.v1.EchoStreamResponse
import qingfeng.client.v1.EventService
import qingfeng.common.v1.Reason

/** The cases as Kotlin sees the binding: suspending functions, flows. */
class KotlinTest {
    private val client = QingfengClient.open()
    private val events = EventService(client)

    @After
    fun close() = client.close()

    /** A test takes no longer than a minute, or has hung. */
    private fun test(body: suspend () -> Unit) = runBlocking(Dispatchers.Default) { withTimeout(60_000) { body() } }

    private suspend fun errorOf(body: suspend () -> Unit): QingfengException {
        try {
            body()
        } catch (error: QingfengException) {
            return error
        }
        throw AssertionError("it did not fail")
    }

    private fun JsonObject.int(key: String) = get(key).asInt
    private fun JsonObject.text(key: String) = get(key).asString

    @Test
    fun echo() = test {
        for (one in Cases.list("echo.json", "cases")) {
            val request = Cases.echo(one)
            if (one.has("reason")) {
                assertEquals(one.text("reason"), errorOf { events.echo(request) }.reason.name)
                continue
            }
            val response = events.echo(request)
            assertEquals(one.text("name"), request.text, response.text)
            assertEquals(one.text("name"), request.data, response.data)
        }
    }

    @Test
    fun failures() = test {
        for (reason in Reason.values().filter { it != Reason.UNRECOGNIZED && it != Reason.REASON_UNSPECIFIED }) {
            assertEquals(reason, errorOf { events.echo { fail = reason } }.reason)
        }
        for (known in Cases.list("failures.json", "known")) {
            val error = errorOf { events.echo { fail = Reason.valueOf(known.text("reason")) } }
            assertEquals(known.int("code"), error.code)
            assertEquals(known.text("remedy"), error.remedy)
            assertEquals("as the request asked", error.message)
        }
        val messages = AtomicInteger()
        val wanted = Cases.read("failures.json").int("stream_messages")
        val error = errorOf {
            events.echoStream { count = wanted; fail = Reason.REASON_DISK_FULL }.collect { messages.incrementAndGet() }
        }
        assertEquals(Reason.REASON_DISK_FULL, error.reason)
        assertEquals(wanted, messages.get())
    }

    /** EchoStream, whose messages are counted as they are delivered, before a collector sees them. */
    private fun counted(delivered: AtomicInteger) = Method<EchoStreamRequest, EchoStreamResponse>(
        "qingfeng.client.v1.EventService/EchoStream",
        object : com.google.protobuf.AbstractParser<EchoStreamResponse>() {
            override fun parsePartialFrom(
                input: com.google.protobuf.CodedInputStream, registry: com.google.protobuf.ExtensionRegistryLite,
            ): EchoStreamResponse {
                delivered.incrementAndGet()
                return EchoStreamResponse.parser().parsePartialFrom(input, registry)
            }
        },
    )

    @Test
    fun streams() = test {
        for (one in Cases.list("stream.json", "cases")) {
            val delivered = AtomicInteger()
            val bound = minOf(one.int("count"), one.int("pause_after") + one.int("window"))
            var index = 0
            client.stream(counted(delivered), Cases.echoStream(one), one.int("window")).collect {
                if (index == one.int("pause_after")) {
                    while (delivered.get() < bound) delay(1)
                    delay(50) // what comes beyond the bound, comes in this time
                    assertEquals(one.toString(), bound, delivered.get())
                }
                assertEquals(index++, it.index)
            }
            assertEquals(one.int("count"), index)
            assertEquals(one.int("count"), delivered.get())
        }
    }

    /** Waits while too many calls are under way: cancelled ones, on their way to their end. For ever, if one is left. */
    private suspend fun <T> onceAdmitted(body: suspend () -> T): T {
        while (true) {
            try {
                return body()
            } catch (error: QingfengException) {
                if (error.reason != Reason.REASON_BUSY) throw error
                delay(1)
            }
        }
    }

    /** Undispatched: the call has been started when it is cancelled. */
    private suspend fun startAndCancel(body: suspend () -> Unit) = coroutineScope {
        launch(start = CoroutineStart.UNDISPATCHED) { onceAdmitted(body) }.cancelAndJoin()
    }

    @Test
    fun cancelRaces() = test {
        for (one in Cases.list("cancel.json", "cases")) {
            val wanted = one.int("after_messages")
            repeat(one.int("rounds")) {
                val flow = events.echoStream(Cases.echoStream(one), one.int("window"))
                if (wanted == 0) startAndCancel { flow.collect() }
                else assertEquals(wanted, onceAdmitted { flow.take(wanted).count() })
            }
        }
        // No call is left: there is room for as many as a client may have.
        val last = events.echoStream(window = 1) { count = 1_000_000 }
        coroutineScope { List(256) { async { onceAdmitted { last.take(1).count() } } }.awaitAll() }
    }

    @Test
    fun aCancelledCoroutineCancelsItsCall() = test {
        // Waits for an end that comes only by cancelling; more of them than a client may have calls.
        val endless = counted(AtomicInteger())
        val request = EchoStreamRequest.newBuilder().setCount(1_000_000).build()
        repeat(300) { startAndCancel { client.call(endless, request) } }
        assertEquals("still there", onceAdmitted { events.echo { text = "still there" } }.text)
    }

    @Test
    fun closedClients() = test {
        val other = QingfengClient.open()
        other.close()
        other.close()
        assertEquals(Reason.REASON_STATE, errorOf { EventService(other).echo() }.reason)
        assertEquals(Reason.REASON_STATE, errorOf { EventService(other).echoStream().collect() }.reason)
    }

    @Test
    fun closedWhileBusy() = test {
        val one = Cases.read("lifetime.json")
        repeat(one.int("rounds")) { round ->
            val other = QingfengClient.open()
            val busy = EventService(other)
            withContext(Dispatchers.Default) {
                val streams = List(one.int("streams")) {
                    async { errorOf { busy.echoStream(window = 2) { count = 1_000_000 }.collect() }.reason }
                }
                val callers = List(one.int("callers")) { async { errorOf { while (true) busy.echo() }.reason } }
                delay(round % 5L)
                other.close()
                val ended = setOf(Reason.REASON_CANCELLED, Reason.REASON_STATE) // under way; not started yet
                for (reason in (streams + callers).awaitAll()) assertTrue("$reason", reason in ended)
            }
        }
    }

    @Test
    fun listenersMayCallAnythingButClose() = test {
        withContext(Dispatchers.Unconfined) {
            // What follows a response runs where it came, inside the listener, unless it was there at once.
            while (!Thread.currentThread().name.startsWith("qingfeng-listener")) events.echo()
            assertEquals(Reason.REASON_STATE, assertThrows(QingfengException::class.java) { client.close() }.reason)
            assertEquals("inside", events.echo { text = "inside" }.text)
            assertEquals(5, events.echoStream(window = 1) { count = 5 }.onEach { events.echo() }.toList().size)
        }
    }

    @Test
    fun threads() = test {
        val one = Cases.read("threads.json")
        withContext(Dispatchers.IO) {
            List(one.int("threads")) { thread ->
                async {
                    repeat(one.int("calls_each")) { call ->
                        val seed = thread * one.int("calls_each") + call
                        val wanted = Cases.data(one.int("data_bytes"), seed)
                        assertEquals(wanted, events.echo { data = wanted }.data)
                    }
                }
            }.awaitAll()
        }
    }
}
