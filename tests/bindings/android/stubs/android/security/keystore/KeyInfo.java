package android.security.keystore;

public class KeyInfo implements java.security.spec.KeySpec {
  @Deprecated
  public native boolean isInsideSecureHardware();
  public int getSecurityLevel() { return KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT; }
}
