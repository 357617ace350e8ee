package qingfeng.client

import com.google.protobuf.InvalidProtocolBufferException
import google.rpc.Status
import qingfeng.common.v1.ErrorDetail
import qingfeng.common.v1.Reason
import qingfeng.common.v1.ReasonInfo
import qingfeng.common.v1.ReasonOuterClass

/**
 * Why a call did not succeed. [message] says what was wrong, in English, for developers; it holds nothing that a
 * person wrote. What a person is shown is chosen by [reason].
 *
 * @property code a number of google.rpc.Code: what a program should do.
 * @property reason what happened; UNRECOGNIZED if the core is newer than these classes.
 * @property retryAfterMs how long to wait before trying again; 0 = the caller decides.
 */
class QingfengException internal constructor(
    val code: Int,
    val reason: Reason,
    message: String,
    val retryAfterMs: Long = 0,
) : RuntimeException(message) {
    /** A reason that this binding gives itself; its code stands with it in reason.proto. */
    internal constructor(reason: Reason, message: String) : this(infoOf(reason).code, reason, message)

    /** What a person should do, in a few English words; empty if nothing. */
    val remedy: String get() = infoOf(reason).remedy

    companion object {
        /** Of what a library around this one refuses itself, with a registered reason. */
        fun of(reason: Reason, message: String): QingfengException = QingfengException(reason, message)

        /** From the bytes of a terminal event, a google.rpc.Status; null if there was no memory for them. */
        internal fun of(code: Int, bytes: ByteArray?): QingfengException {
            try {
                val status = Status.parseFrom(bytes ?: ByteArray(0))
                val detail = status.detailsList.firstOrNull { it.`is`(ErrorDetail::class.java) }
                    ?.unpack(ErrorDetail::class.java) ?: ErrorDetail.getDefaultInstance()
                return QingfengException(code, detail.reason, status.message, detail.retryAfterMs)
            } catch (_: InvalidProtocolBufferException) {
                return QingfengException(code, Reason.REASON_UNSPECIFIED, "the error itself cannot be read")
            }
        }

        /** Of a call that was not started, by the code of qf_start. */
        internal fun ofStart(code: Int): QingfengException = when (code) {
            3 -> QingfengException(Reason.REASON_TOO_LARGE, "a request holds at most 1 MiB: files go by path")
            5 -> QingfengException(Reason.REASON_STATE, "this client is closed: open another")
            8 -> QingfengException(Reason.REASON_BUSY, "a client has at most 256 calls at once")
            else -> QingfengException(Reason.REASON_INTERNAL, "the core did not start the call: $code")
        }

        private fun infoOf(reason: Reason): ReasonInfo =
            if (reason == Reason.UNRECOGNIZED) ReasonInfo.getDefaultInstance()
            else reason.valueDescriptor.options.getExtension(ReasonOuterClass.reasonInfo)
    }
}
