package qingfeng.android

import android.content.Context
import android.os.SystemClock
import com.google.protobuf.ByteString
import java.io.File
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import qingfeng.client.AutoLock
import qingfeng.client.QingfengClient
import qingfeng.client.QingfengException
import qingfeng.client.v1.EventService
import qingfeng.client.v1.SessionState
import qingfeng.client.v1.VaultService
import qingfeng.common.v1.Reason

/**
 * The one store of this app: [get] opens it with the first call, and anew after it was erased or closed.
 *
 * It lies where no backup goes and is bound to a key of this device ([DeviceKey]). Its owner still unlocks it with a PIN;
 * [lock] locks it again. It is erased by VaultService.wipe, or when the office revokes this device; the device's key goes
 * then too.
 */
class Qingfeng private constructor(val client: QingfengClient) {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /** Ten minutes without use, or one after the app was left. What is asked after it has rung finds the store locked. */
    val lock = AutoLock(IDLE_MS, LEFT_MS, SystemClock::elapsedRealtime) { VaultService(client).lockAsync() }

    @Volatile private var usable = true // neither erased nor closed

    init {
        scope.launch {
            quietly {
                EventService(client).watch().collect {
                    if (!it.hasSession() || it.session.state != SessionState.SESSION_STATE_WIPED) return@collect
                    usable = false
                    DeviceKey.delete()
                }
            }
        }
    }

    /** Ends every call and forgets the keys. Waits for the disk. Twice is fine. */
    fun close() {
        usable = false
        lock.close()
        scope.cancel()
        client.close()
    }

    companion object {
        private const val IDLE_MS = 10 * 60_000L
        private const val LEFT_MS = 60_000L
        private val opening = Mutex()
        @Volatile private var open: Qingfeng? = null

        /** The store if it is open in this process; work in the background opens none, because nobody could unlock it. */
        val current: Qingfeng? get() = open?.takeIf { it.usable }

        /**
         * The store: the one that is open, or one opened now and still locked. Main-safe. Whoever does not wait for it any more
         * leaves it to the next one: an opening is never cut short, for its folder would stay in use.
         *
         * @param forPages its callers are pages: they attach no file by path or descriptor. Of one that is open, as it was opened.
         * @throws QingfengException of VaultService.open; REASON_KEY_FILE: the keystore of this device has lost the key of
         *   the store that is on it, or does not answer.
         */
        suspend fun get(context: Context, forPages: Boolean = false): Qingfeng = opening.withLock {
            withContext(Dispatchers.IO + NonCancellable) {
                current ?: run {
                    open?.close()
                    make(context.applicationContext, forPages).also { open = it }
                }
            }
        }

        private suspend fun make(context: Context, forPages: Boolean): Qingfeng {
            val folder = File(context.noBackupFilesDir, "store")
            val secret = secretOf(folder)
            val client = QingfengClient.open()
            try {
                VaultService(client).open {
                    this.folder = folder.path
                    locale = context.resources.configuration.locales[0].let { if (it.language == "zh") "zh-CN" else "en" }
                    platformSecret = ByteString.copyFrom(secret.bytes)
                    platformSecretInHardware = secret.inHardware
                    this.forPages = forPages
                }
            } catch (notOpened: Throwable) {
                client.close()
                throw notOpened
            }
            return Qingfeng(client)
        }

        private fun secretOf(folder: File): DeviceSecret = try {
            DeviceKey.secret(made = File(folder, "vault").exists())
        } catch (failed: Exception) { // keystores throw what their makers choose
            throw QingfengException.of(Reason.REASON_KEY_FILE, "this device's keystore fails: ${failed.javaClass.simpleName}")
        } ?: throw QingfengException.of(Reason.REASON_KEY_FILE, "this device has lost the key of its store")

        private suspend fun quietly(body: suspend () -> Unit) = try {
            body()
        } catch (_: QingfengException) {
            // The client was closed, or there is nothing to lock.
        }
    }
}
