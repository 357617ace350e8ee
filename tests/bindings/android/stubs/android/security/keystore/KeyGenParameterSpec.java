package android.security.keystore;

public final class KeyGenParameterSpec implements java.security.spec.AlgorithmParameterSpec {
  public static final class Builder {
    public Builder(String alias, int purposes) {}
    public native Builder setKeySize(int bits);
    public native Builder setIsStrongBoxBacked(boolean backed);
    public native KeyGenParameterSpec build();
  }
}
