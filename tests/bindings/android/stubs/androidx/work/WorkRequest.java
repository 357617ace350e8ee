package androidx.work;

public abstract class WorkRequest {
  public abstract static class Builder<B extends Builder<B, W>, W extends WorkRequest> {
    abstract B self();
    abstract W made();
    public final B setConstraints(Constraints constraints) { return self(); }
    public final B setBackoffCriteria(BackoffPolicy policy, long delay, java.util.concurrent.TimeUnit unit) { return self(); }
    public final W build() { return made(); }
  }
}
