package androidx.work;

public abstract class WorkRequest {
  public abstract static class Builder<B extends Builder<B, W>, W extends WorkRequest> {
    public final native B setConstraints(Constraints constraints);
    public final native B setBackoffCriteria(BackoffPolicy policy, long delay, java.util.concurrent.TimeUnit unit);
    public final native W build();
  }
}
