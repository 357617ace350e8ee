package qingfeng.android

import androidx.biometric.BiometricManager.Authenticators
import androidx.biometric.BiometricPrompt
import androidx.fragment.app.FragmentActivity
import kotlin.coroutines.resume
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Asks the platform who holds the phone: a finger, a face, or the device's own lock. True if it is its owner.
 *
 * It opens nothing: a store opens by its PIN alone, since a finger can be pressed onto a phone and a PIN cannot be pressed
 * out of a head. An app may ask for both, or, as ours, for the PIN only.
 */
suspend fun FragmentActivity.ownerIsPresent(title: String): Boolean = suspendCancellableCoroutine { asking ->
    val prompt = BiometricPrompt(this, object : BiometricPrompt.AuthenticationCallback() {
        override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) = asking.resume(true)

        override fun onAuthenticationError(code: Int, message: CharSequence) = asking.resume(false)
    })
    asking.invokeOnCancellation { prompt.cancelAuthentication() }
    prompt.authenticate(
        BiometricPrompt.PromptInfo.Builder()
            .setTitle(title)
            .setAllowedAuthenticators(Authenticators.BIOMETRIC_WEAK or Authenticators.DEVICE_CREDENTIAL)
            .build()
    )
}
