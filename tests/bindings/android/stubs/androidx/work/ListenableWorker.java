package androidx.work;

public abstract class ListenableWorker {
  public ListenableWorker(android.content.Context context, WorkerParameters parameters) {}
  public final native int getRunAttemptCount();
  public abstract static class Result {
    public static native Result success();
    public static native Result retry();
  }
}
