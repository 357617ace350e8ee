package qingfeng.android

import android.content.Context
import android.os.SystemClock
import com.google.protobuf.ByteString
import java.io.File
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
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
 * The one store of this app: [get] opens it with the first call, and anew after it was erased.
 *
 * It lies where no backup goes and is bound to a key of this device ([DeviceKey]). Its owner still unlocks it with a PIN;
 * [lock] locks it again. It is erased by VaultService.wipe, or when the office revokes this device; the device's key goes
 * then too.
 */
class Qingfeng private constructor(val client: QingfengClient) {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /** Ten minutes without use, or one after the app was left. */
    val lock = AutoLock(IDLE_MS, LEFT_MS, SystemClock::elapsedRealtime) {
        scope.launch { quietly { VaultService(client).lock() } }
    }

    @Volatile private var erased = false

    init {
        scope.launch {
            quietly {
                EventService(client).watch().collect {
                    if (!it.hasSession() || it.session.state != SessionState.SESSION_STATE_WIPED) return@collect
                    erased = true
                    DeviceKey.delete()
                }
            }
        }
    }

    /** Ends every call and forgets the keys. */
    private fun close() {
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
        val current: Qingfeng? get() = open

        /**
         * The store, opened and still locked. Main-safe.
         *
         * @throws QingfengException REASON_KEY_FILE: this device has lost the key of the store that is on it.
         */
        suspend fun get(context: Context): Qingfeng = opening.withLock {
            withContext(Dispatchers.IO) {
                open?.takeIf { it.erased }?.close()
                open?.takeUnless { it.erased } ?: make(context.applicationContext).also { open = it }
            }
        }

        private suspend fun make(context: Context): Qingfeng {
            val folder = File(context.noBackupFilesDir, "store")
            val secret = DeviceKey.secret(made = File(folder, "vault").exists())
                ?: throw QingfengException.of(Reason.REASON_KEY_FILE, "this device has lost the key of its store")
            val client = QingfengClient.open()
            try {
                VaultService(client).open {
                    this.folder = folder.path
                    locale = context.resources.configuration.locales[0].let { if (it.language == "zh") "zh-CN" else "en" }
                    platformSecret = ByteString.copyFrom(secret.bytes)
                    platformSecretInHardware = secret.inHardware
                }
            } catch (notOpened: QingfengException) {
                client.close()
                throw notOpened
            }
            return Qingfeng(client)
        }

        private suspend fun quietly(body: suspend () -> Unit) = try {
            body()
        } catch (_: QingfengException) {
            // The client was closed, or there is nothing to lock.
        }
    }
}
