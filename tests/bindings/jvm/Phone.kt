import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.runBlocking
import qingfeng.client.QingfengClient
import qingfeng.client.QingfengException
import qingfeng.client.v1.FieldService
import qingfeng.client.v1.ItemState
import qingfeng.client.v1.SessionState
import qingfeng.client.v1.VaultService
import qingfeng.common.v1.Reason

/** The error of a call that must fail. */
private suspend fun errorOf(body: suspend () -> Unit): QingfengException =
    try {
        body()
        null
    } catch (error: QingfengException) {
        error
    } ?: throw AssertionError("it did not fail")

private suspend fun enrol(store: String, text: String, pinText: String) = QingfengClient.open().use { client ->
    val vault = VaultService(client)
    check(vault.open { folder = store }.session.state == SessionState.SESSION_STATE_EMPTY)
    check(errorOf { vault.enrol { invitation = "QF1:half"; pin = pinText } }.reason == Reason.REASON_INVITATION)
    val session = vault.enrol { invitation = text; pin = pinText }.session
    check(session.state == SessionState.SESSION_STATE_PROVISIONAL) { "enrolled, but ${session.state}" }
    FieldService(client).sync().collect()
}

/** A wrong PIN is refused with its reason and with a wait that the error names, and the right one opens afterwards. */
private suspend fun mistypePin(store: String, pinText: String) = QingfengClient.open().use { client ->
    val vault = VaultService(client)
    check(vault.open { folder = store }.session.state == SessionState.SESSION_STATE_LOCKED)
    check(errorOf { FieldService(client).createDraft() }.reason == Reason.REASON_LOCKED)
    val wrong = errorOf { vault.unlock { pin = "something-else-entirely" } }
    check(wrong.reason == Reason.REASON_PIN_WRONG && wrong.code == 16) { "${wrong.reason}, ${wrong.code}" }
    Thread.sleep(wrong.retryAfterMs)
    vault.unlock { pin = pinText }
    FieldService(client).sync().collect() // brings its certificate, and the key to seal to
    check(vault.getSession().session.state == SessionState.SESSION_STATE_ACTIVE)
}

/**
 * A phone, step by step, for jvm_test.py: Phone enrol STORE, then Phone report STORE PHOTO. Standard input has the PIN
 * in its first line, then the invitation or what to report.
 */
fun main(args: Array<String>) = runBlocking {
    val pin = readln()
    val text = readln()
    if (args[0] == "enrol") return@runBlocking enrol(args[1], text, pin)
    mistypePin(args[1], pin)
    val item = report(args[1], pin, args[2], text)
    check(item.state == ItemState.ITEM_STATE_COMPLETE) { "the report is only ${item.state}" }
    check(item.filesCount == 1 && item.filesList[0].run { sentBytes == sealedBytes })
    println("at ${item.position}")
}
