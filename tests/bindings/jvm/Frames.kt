// The frames of the bridge (docs/bindings.md), as a page makes and reads them.
import java.nio.ByteBuffer

const val VERSION = 2
const val HELLO = 1
const val START = 2
const val CREDIT = 3
const val CANCEL = 4
const val MESSAGE = 5
const val END = 6
const val CLOSED = 7
const val ECHO = "qingfeng.client.v1.EventService/Echo"
const val ECHO_STREAM = "qingfeng.client.v1.EventService/EchoStream"

class Frame(val kind: Int, val number: Int, val payload: ByteArray) {
    constructor(bytes: ByteArray) : this(bytes[0].toInt(), ByteBuffer.wrap(bytes).getInt(1), bytes.copyOfRange(5, bytes.size))
}

fun bytesOf(hex: String) = ByteArray(hex.length / 2) { hex.substring(2 * it, 2 * it + 2).toInt(16).toByte() }

fun frame(kind: Int, number: Int, payload: ByteArray = ByteArray(0)): ByteArray =
    ByteBuffer.allocate(5 + payload.size).put(kind.toByte()).putInt(number).put(payload).array()

fun start(method: String, request: ByteArray, window: Int, attended: Boolean = true): ByteArray =
    ByteBuffer.allocate(4 + method.length + request.size).putShort(window.toShort()).put(if (attended) 1 else 0)
        .put(method.length.toByte()).put(method.toByteArray()).put(request).array()
