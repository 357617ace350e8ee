package qingfeng.android

import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.Key
import java.security.KeyStore
import javax.crypto.KeyGenerator
import javax.crypto.Mac
import javax.crypto.SecretKey
import javax.crypto.SecretKeyFactory

/** The 32 bytes of OpenRequest.platform_secret, and whether the keystore says that hardware holds the key they come from. */
internal class DeviceSecret(val bytes: ByteArray, val inHardware: Boolean)

/**
 * The key of this device's keystore that a store is bound to. It cannot be read out; what it computes over one fixed text is
 * the same each time and on no other device. A copy of the disk opens nothing.
 */
internal object DeviceKey {
    private const val STORE = "AndroidKeyStore"
    private const val ALIAS = "qingfeng.store"
    private val TEXT = "qingfeng/platform-secret/1".toByteArray()

    /**
     * What the store is bound to. [made]: there is a store already, so there has to be a key; null if the platform has lost it (a
     * screen lock that was removed may take keys with it), and then nothing opens that store again.
     */
    fun secret(made: Boolean): DeviceSecret? {
        val key = keys().getKey(ALIAS, null) ?: if (made) return null else make()
        val bytes = Mac.getInstance(KeyProperties.KEY_ALGORITHM_HMAC_SHA256).run {
            init(key)
            doFinal(TEXT)
        }
        return DeviceSecret(bytes, inHardware(key as SecretKey))
    }

    /** As the keystore itself says: on a phone without such hardware, and in emulators, keys are the system's own files. */
    private fun inHardware(key: SecretKey): Boolean {
        val info = SecretKeyFactory.getInstance(key.algorithm, STORE).getKeySpec(key, KeyInfo::class.java) as KeyInfo
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            return info.securityLevel == KeyProperties.SECURITY_LEVEL_STRONGBOX ||
                info.securityLevel == KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT
        }
        @Suppress("DEPRECATION")  // what there was before Android 12
        return info.isInsideSecureHardware
    }

    /** After the core has erased the store: what is left of it anywhere is noise now, with or without its key. */
    fun delete() {
        runCatching { keys().deleteEntry(ALIAS) }
    }

    private fun keys() = KeyStore.getInstance(STORE).apply { load(null) }

    private fun make(): Key {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) {
            try {
                return make(strongBox = true)
            } catch (_: StrongBoxUnavailableException) {
                // A device without a chip of its own for keys: its processor's secure world keeps it.
            }
        }
        return make(strongBox = false)
    }

    private fun make(strongBox: Boolean): Key {
        val spec = KeyGenParameterSpec.Builder(ALIAS, KeyProperties.PURPOSE_SIGN).setKeySize(256)
        if (strongBox) spec.setIsStrongBoxBacked(true)
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_HMAC_SHA256, STORE).run {
            init(spec.build())
            generateKey()
        }
    }
}
