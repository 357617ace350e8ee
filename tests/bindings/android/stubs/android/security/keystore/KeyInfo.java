package android.security.keystore;

public class KeyInfo implements java.security.spec.KeySpec {
  @Deprecated
  public native boolean isInsideSecureHardware();
  public native int getSecurityLevel();
}
