package androidx.biometric;

public class BiometricManager {
  public interface Authenticators { int BIOMETRIC_WEAK = 255; int DEVICE_CREDENTIAL = 32768; }
}
