package qingfeng.client

import com.google.protobuf.InvalidProtocolBufferException
import com.google.protobuf.MessageLite
import com.google.protobuf.Parser
import qingfeng.common.v1.Reason

/** How many messages of a stream may be under way before its reader gives credit, if it does not choose. */
const val DEFAULT_WINDOW: Int = 16

/**
 * A method by its full name, "qingfeng.client.v1.FieldService/Sync", with the types of its request and messages. The
 * generated services hold one for each method of the contract.
 */
class Method<Q : MessageLite, R : MessageLite>(internal val name: String, internal val parser: Parser<R>)

/**
 * Hears of one call, on the client's listener thread: it returns quickly, and may call anything but
 * [QingfengClient.close].
 */
interface CallListener<R> {
    /** One response, or one message of a stream, which goes on by [Call.credit]. */
    fun onMessage(call: Call, message: R)

    /** The call has ended: exactly once, and last. [error] is null if it succeeded. */
    fun onEnd(call: Call, error: QingfengException?)
}

/** A call under way. Both functions may be called from any thread, and do nothing once it has ended. */
class Call internal constructor(private val client: QingfengClient, internal val number: Long) {
    /** Lets a stream go on by [count] messages, 1 to 256. */
    @JvmOverloads
    fun credit(count: Int = 1) {
        require(count in 1..256) { "credit is 1 to 256 messages" }
        client.credit(number, count)
    }

    /**
     * Asks the call to stop. Its end still comes: REASON_CANCELLED, or the true outcome if the work was done. Messages
     * not delivered yet are dropped.
     */
    fun cancel() = client.cancel(number)
}

/** What the core says of one call, on the listener thread. Bytes are null if there was no memory for them. */
internal interface CallEvents {
    fun onMessage(bytes: ByteArray?)

    /** Exactly once, and last. [bytes] is a google.rpc.Status unless [code] is 0. */
    fun onEnd(code: Int, bytes: ByteArray?)
}

/** What turns a call's events into messages and an error. */
internal class Receiver<R : MessageLite>(
    private val call: Call,
    private val parser: Parser<R>,
    private val listener: CallListener<R>,
) : CallEvents {
    private var failure: QingfengException? = null

    override fun onMessage(bytes: ByteArray?) {
        if (failure != null) return
        if (bytes == null) return fail(Reason.REASON_SANDBOX, "no memory for a message")
        val message = try {
            parser.parseFrom(bytes)
        } catch (_: InvalidProtocolBufferException) {
            return fail(Reason.REASON_MALFORMED, "a message cannot be read")
        }
        listener.onMessage(call, message)
    }

    override fun onEnd(code: Int, bytes: ByteArray?) =
        listener.onEnd(call, failure ?: if (code == 0) null else QingfengException.of(code, bytes))

    // The end, which is still to come, carries it.
    private fun fail(reason: Reason, message: String) {
        failure = QingfengException(reason, message)
        call.cancel()
    }
}

/** Gives the one response of a unary call, or its error, when it has ended. */
internal class Single<R>(private val done: (R?, QingfengException?) -> Unit) : CallListener<R> {
    private var response: R? = null

    override fun onMessage(call: Call, message: R) {
        response = message
    }

    override fun onEnd(call: Call, error: QingfengException?) = when {
        error != null -> done(null, error)
        response == null -> done(null, QingfengException(Reason.REASON_LOST_ANSWER, "the call ended without an answer"))
        else -> done(response, null)
    }
}
