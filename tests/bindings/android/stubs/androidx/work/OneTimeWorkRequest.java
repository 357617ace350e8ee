package androidx.work;

public final class OneTimeWorkRequest extends WorkRequest {
  public static final class Builder extends WorkRequest.Builder<Builder, OneTimeWorkRequest> {
    public Builder(Class<? extends ListenableWorker> worker) {}
    @Override Builder self() { return this; }
    @Override OneTimeWorkRequest made() { return new OneTimeWorkRequest(); }
  }
}
