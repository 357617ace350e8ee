package androidx.work;

public final class Constraints {
  public static final class Builder {
    public native Builder setRequiredNetworkType(NetworkType type);
    public native Constraints build();
  }
}
