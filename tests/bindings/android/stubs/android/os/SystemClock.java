package android.os;

public final class SystemClock {
  public static volatile long now;
  public static long elapsedRealtime() { return now; }
}
