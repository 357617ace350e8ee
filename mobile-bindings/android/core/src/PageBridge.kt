package qingfeng.client

import java.nio.ByteBuffer

/**
 * The app's side of the bridge (docs/bindings.md, "The bridge"): turns frames of the page in the app's WebView into calls
 * of [client], and their events into frames. A call that a person asked for is a use of the store; what a page asks by itself
 * is none. The app owns port and client; this class knows neither WebView nor Android.
 *
 * Threads: any. [sink] is called in the order of the frames, on the page's or the listener's thread, and must not wait.
 */
class PageBridge(private val client: QingfengClient, private val lock: AutoLock, private val sink: FrameSink) : AutoCloseable {
    /** Where frames for the page go. */
    fun interface FrameSink {
        fun send(frame: ByteArray)
    }

    // The calls of the page that greeted last, by its numbers. Guarded by this, as is what is sent of them.
    private val live = HashMap<Int, Call>()
    private var greeted = false // in the version of this side

    /** Takes one frame. False if it comes from no page of ours: then close the client, and call [closed]. */
    fun take(frame: ByteArray): Boolean {
        if (frame.size !in HEAD_BYTES..FRAME_BYTES_MAX) return false
        val number = ByteBuffer.wrap(frame).getInt(1)
        val payload = frame.copyOfRange(HEAD_BYTES, frame.size)
        return when (frame[0]) {
            !in HELLO..CANCEL -> false
            HELLO -> payload.size == NONCE_BYTES && true.also { greet(number, payload) }
            else -> !greeted || obey(frame[0], number, payload)
        }
    }

    private fun obey(kind: Byte, number: Int, payload: ByteArray): Boolean =
        when (kind) {
            START -> start(number, payload)
            CREDIT -> payload.size == 2 && credit(number, ByteBuffer.wrap(payload).short.toInt() and 0xffff)
            else -> payload.isEmpty() && true.also { callOf(number)?.cancel() }
        }

    /** The page is gone: cancels what it began, and tells it nothing more unless it greets. */
    override fun close() {
        val left = synchronized(this) {
            greeted = false
            live.values.toList().also { live.clear() }
        }
        left.forEach { it.cancel() }
    }

    /** Tells the page that the core is closed. */
    @Synchronized
    fun closed() = send(CLOSED, 0)

    private fun greet(version: Int, nonce: ByteArray) {
        close() // of the page before
        synchronized(this) {
            greeted = version == VERSION
            send(HELLO, VERSION, nonce)
        }
    }

    private fun start(number: Int, payload: ByteArray): Boolean {
        if (payload.size < START_HEAD_BYTES || payload[2] !in UNATTENDED..ATTENDED) return false
        val name = START_HEAD_BYTES + payload[3].toInt().and(0xff)
        if (payload.size < name) return false
        val window = ByteBuffer.wrap(payload).short.toInt() and 0xffff
        val method = String(payload, START_HEAD_BYTES, name - START_HEAD_BYTES, Charsets.UTF_8)
        if (payload[2] == ATTENDED) lock.touch() else lock.look()
        val call = client.newCall()
        synchronized(this) {
            if (live.putIfAbsent(number, call) != null) return true.also { sayEnd(number, ALREADY_EXISTS) }
        }
        val code = if (method == OPEN) PERMISSION_DENIED
        else client.start(call, method, payload.copyOfRange(name, payload.size), window, Events(number, call))
        if (code != 0) end(number, call, code, null)
        return true
    }

    private fun credit(number: Int, count: Int): Boolean {
        if (count !in 1..256) return false
        callOf(number)?.credit(count)
        return true
    }

    private inner class Events(private val number: Int, private val call: Call) : CallEvents {
        override fun onMessage(bytes: ByteArray?) = when (bytes) {
            null -> call.cancel() // no memory: its end, which is still to come, says that it was not whole
            else -> synchronized(this@PageBridge) { if (live[number] === call) send(MESSAGE, number, bytes) }
        }

        override fun onEnd(code: Int, bytes: ByteArray?) = end(number, call, code, bytes)
    }

    /** Unless the call is of the page before. */
    @Synchronized
    private fun end(number: Int, call: Call, code: Int, status: ByteArray?) {
        if (live.remove(number, call)) sayEnd(number, code, status)
    }

    private fun sayEnd(number: Int, code: Int, status: ByteArray? = null) =
        send(END, number, byteArrayOf(code.toByte()) + (status ?: ByteArray(0)))

    @Synchronized
    private fun callOf(number: Int): Call? = live[number]

    private fun send(kind: Byte, number: Int, payload: ByteArray = ByteArray(0)) =
        sink.send(ByteBuffer.allocate(HEAD_BYTES + payload.size).put(kind).putInt(number).put(payload).array())

    private companion object {
        const val VERSION = 2
        const val HELLO: Byte = 1
        const val START: Byte = 2
        const val CREDIT: Byte = 3
        const val CANCEL: Byte = 4
        const val MESSAGE: Byte = 5
        const val END: Byte = 6
        const val CLOSED: Byte = 7

        const val UNATTENDED: Byte = 0
        const val ATTENDED: Byte = 1

        const val HEAD_BYTES = 5
        const val NONCE_BYTES = 8
        const val START_HEAD_BYTES = 4
        const val FRAME_BYTES_MAX = (1 shl 20) + 256

        const val OPEN = "qingfeng.client.v1.VaultService/Open"
        const val ALREADY_EXISTS = 6
        const val PERMISSION_DENIED = 7
    }
}
