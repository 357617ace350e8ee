package android.security.keystore;

public abstract class KeyProperties {
  public static final int PURPOSE_SIGN = 4;
  public static final String KEY_ALGORITHM_HMAC_SHA256 = "HmacSHA256";
  public static final int SECURITY_LEVEL_TRUSTED_ENVIRONMENT = 1;
  public static final int SECURITY_LEVEL_STRONGBOX = 2;
}
