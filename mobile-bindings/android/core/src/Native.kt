package qingfeng.client

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/**
 * The six functions of qingfeng.h and its listener, as jni/qingfeng_jni.cc binds them by name. Not for anybody but
 * [QingfengClient]. Codes are numbers of google.rpc.Code.
 *
 * A client is known to the core by a number, its context, so that native code holds no reference to an object.
 */
internal object Native {
    /** Kind of the terminal event; every other is a message. */
    const val END = 2

    private val contexts = AtomicLong()
    private val clients = ConcurrentHashMap<Long, QingfengClient>()

    init {
        System.loadLibrary("qingfeng_jni")
    }

    @JvmStatic external fun open(context: Long): Long

    @JvmStatic external fun start(client: Long, call: Long, method: String, request: ByteArray, window: Int): Int

    @JvmStatic external fun credit(client: Long, call: Long, count: Int): Int

    @JvmStatic external fun cancel(client: Long, call: Long): Int

    @JvmStatic external fun close(client: Long): Int

    @JvmStatic external fun version(): String

    /** Events of the context that is returned go to [client] until [forget]. */
    fun remember(client: QingfengClient): Long = contexts.incrementAndGet().also { clients[it] = client }

    fun forget(context: Long) {
        clients.remove(context)
    }

    /**
     * The listener, called by native code on the client's listener thread. [bytes] is null if there was no memory for
     * them. What a listener throws is a bug of its owner and goes where such bugs go; its call is cancelled.
     */
    @JvmStatic
    fun onEvent(context: Long, call: Long, kind: Int, code: Int, bytes: ByteArray?) {
        val client = clients[context] ?: return
        try {
            client.onEvent(call, kind, code, bytes)
        } catch (thrown: Throwable) {
            client.cancel(call)
            val thread = Thread.currentThread()
            thread.uncaughtExceptionHandler.uncaughtException(thread, thrown)
        }
    }
}
