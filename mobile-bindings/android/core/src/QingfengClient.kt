package qingfeng.client

import com.google.protobuf.MessageLite
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.suspendCancellableCoroutine
import qingfeng.common.v1.Reason

/**
 * One client core: the store of one person on this device, once it was opened by VaultService.open, the first call of
 * every client.
 *
 * Its methods are those of the generated services, `FieldService(client)` and its sisters; this class only carries
 * them, each in three ways: [call] and [stream] for coroutines, [future] for Java, [start] beneath both.
 *
 * Threads: every function may be called from any thread and returns without waiting for disk or network; only [close]
 * waits. Futures complete, and listeners run, on the client's one listener thread: longer work moves elsewhere
 * (thenAcceptAsync, withContext).
 */
class QingfengClient private constructor() : AutoCloseable {
    private val calls = ConcurrentHashMap<Long, CallEvents>()
    private val numbers = AtomicLong()
    private val context = Native.remember(this)
    private val handle = Native.open(context)
    @Volatile private var listenerThread: Thread? = null

    init {
        if (handle == 0L) {
            Native.forget(context)
            throw QingfengException(Reason.REASON_SANDBOX, "no memory, thread or handle for another client")
        }
    }

    companion object {
        /**
         * Makes a client and starts its threads; touches no file.
         *
         * @throws QingfengException REASON_SANDBOX: memory, threads or handles (1,024) have run out.
         */
        @JvmStatic
        fun open(): QingfengClient = QingfengClient()

        /** Name and version of the core: "qingfeng 0.1.0". */
        @JvmStatic
        val version: String get() = Native.version()
    }

    /**
     * A unary call. Cancelling the coroutine asks the core to stop and returns at once; whether the work was done
     * anyway is then to be looked up.
     */
    suspend fun <Q : MessageLite, R : MessageLite> call(method: Method<Q, R>, request: Q): R =
        suspendCancellableCoroutine { coroutine ->
            val call = start(method, request, 1, Single { response, error ->
                if (error == null) coroutine.resume(response!!) else coroutine.resumeWithException(error)
            })
            coroutine.invokeOnCancellation { call.cancel() }
        }

    /**
     * A stream, started anew by each collector. The core runs ahead of the collector by at most [window] messages, 1 to
     * 256, and stops when it stops collecting.
     */
    fun <Q : MessageLite, R : MessageLite> stream(method: Method<Q, R>, request: Q, window: Int = DEFAULT_WINDOW): Flow<R> =
        flow {
            // Unlimited in name: the core gives no more than there is credit.
            val messages = Channel<R>(Channel.UNLIMITED)
            val call = start(method, request, window, object : CallListener<R> {
                override fun onMessage(call: Call, message: R) {
                    messages.trySend(message)
                }

                override fun onEnd(call: Call, error: QingfengException?) {
                    messages.close(error)
                }
            })
            try {
                for (message in messages) {
                    emit(message)
                    call.credit()
                }
            } finally {
                call.cancel()
            }
        }

    /** A unary call for Java. Every error is in the future; a future that ends otherwise first, cancels the call. */
    fun <Q : MessageLite, R : MessageLite> future(method: Method<Q, R>, request: Q): CompletableFuture<R> {
        val future = CompletableFuture<R>()
        try {
            val call = start(method, request, 1, Single { response, error ->
                if (error == null) future.complete(response) else future.completeExceptionally(error)
            })
            future.whenComplete { _, error -> if (error != null) call.cancel() }
        } catch (notStarted: QingfengException) {
            future.completeExceptionally(notStarted)
        }
        return future
    }

    /**
     * Any call, told to a listener. At most [window] messages come (1 to 256; a unary call needs 1), and as many more
     * as [Call.credit] says. The first event may come before this function returns.
     *
     * @throws QingfengException if it was not started, and [listener] hears nothing: REASON_STATE, the client is
     *   closed; REASON_TOO_LARGE, the request is over 1 MiB; REASON_BUSY, 256 calls are under way.
     */
    fun <Q : MessageLite, R : MessageLite> start(
        method: Method<Q, R>, request: Q, window: Int, listener: CallListener<R>,
    ): Call {
        require(window in 1..256) { "a window is 1 to 256 messages" }
        val call = newCall()
        val code = start(call, method.name, request.toByteArray(), window, Receiver(call, method.parser, listener))
        if (code != 0) throw QingfengException.ofStart(code)
        return call
    }

    /** A call that [start] has not started yet: whoever needs it to hear of it. */
    internal fun newCall() = Call(this, numbers.incrementAndGet())

    /** Starts [call], of which [events] then hears; a code of qf_start, and if it is not 0, no event comes. */
    internal fun start(call: Call, method: String, request: ByteArray, window: Int, events: CallEvents): Int {
        calls[call.number] = events
        val code = Native.start(handle, call.number, method, request, window)
        if (code != 0) calls.remove(call.number)
        return code
    }

    /**
     * Ends every call, closes the store and forgets the keys. Waits for all that, so it is not for the thread of a
     * screen. Twice is fine.
     *
     * @throws QingfengException REASON_STATE: a listener cannot close the client that it hears.
     */
    override fun close() {
        // Before the lock: whoever holds it waits for this thread.
        if (Thread.currentThread() === listenerThread) {
            throw QingfengException(Reason.REASON_STATE, "close() waits for the listener: call it from another thread")
        }
        synchronized(this) {
            Native.close(handle)
            Native.forget(context)
        }
    }

    // A client that is closed has no calls, so both have nothing to report.
    internal fun credit(call: Long, count: Int) {
        Native.credit(handle, call, count)
    }

    internal fun cancel(call: Long) {
        Native.cancel(handle, call)
    }

    internal fun onEvent(call: Long, kind: Int, code: Int, bytes: ByteArray?) {
        if (listenerThread == null) listenerThread = Thread.currentThread()
        if (kind == Native.END) calls.remove(call)?.onEnd(code, bytes) else calls[call]?.onMessage(bytes)
    }
}
