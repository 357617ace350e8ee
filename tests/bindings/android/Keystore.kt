import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyStoreSpi
import java.security.Provider
import java.security.SecureRandom
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.KeySpec
import java.util.concurrent.ConcurrentHashMap
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey
import javax.crypto.SecretKeyFactorySpi
import javax.crypto.spec.SecretKeySpec

/** In memory: what a phone's keystore does for an app, under the name that Android gives it. */
object Keystore : Provider("AndroidKeyStore", "1", "keys in memory") {
    val held = ConcurrentHashMap<String, SecretKey>()

    /** Happens before a key is given out. */
    @Volatile var meanwhile: () -> Unit = {}

    private fun readResolve(): Any = Keystore

    init {
        put("KeyStore.AndroidKeyStore", Store::class.java.name)
        put("KeyGenerator.HmacSHA256", Generator::class.java.name)
        put("SecretKeyFactory.HmacSHA256", Facts::class.java.name)
    }

    class Store : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) {}
        override fun engineGetKey(alias: String, password: CharArray?): Key? = held[alias].also { meanwhile() }
        override fun engineDeleteEntry(alias: String) {
            held.remove(alias)
        }

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = none()
        override fun engineGetCertificate(alias: String) = none()
        override fun engineGetCreationDate(alias: String) = none()
        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) = none()
        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = none()
        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = none()
        override fun engineAliases() = none()
        override fun engineContainsAlias(alias: String) = none()
        override fun engineSize() = none()
        override fun engineIsKeyEntry(alias: String) = none()
        override fun engineIsCertificateEntry(alias: String) = none()
        override fun engineGetCertificateAlias(certificate: Certificate) = none()
        override fun engineStore(stream: OutputStream, password: CharArray?) = none()
        private fun none(): Nothing = throw UnsupportedOperationException("an app of ours does not ask for it")
    }

    class Generator : KeyGeneratorSpi() {
        private var alias = ""
        override fun engineInit(spec: AlgorithmParameterSpec, random: SecureRandom?) {
            alias = (spec as KeyGenParameterSpec).alias
        }

        override fun engineInit(random: SecureRandom?) {}
        override fun engineInit(bits: Int, random: SecureRandom?) {}
        override fun engineGenerateKey(): SecretKey =
            SecretKeySpec(ByteArray(32).also(SecureRandom()::nextBytes), "HmacSHA256").also { held[alias] = it }
    }

    class Facts : SecretKeyFactorySpi() {
        override fun engineGetKeySpec(key: SecretKey, kind: Class<*>): KeySpec = KeyInfo()
        override fun engineGenerateSecret(spec: KeySpec): SecretKey = throw UnsupportedOperationException()
        override fun engineTranslateKey(key: SecretKey): SecretKey = throw UnsupportedOperationException()
    }
}
