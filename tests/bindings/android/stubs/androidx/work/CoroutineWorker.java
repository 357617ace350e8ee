package androidx.work;

public abstract class CoroutineWorker extends ListenableWorker {
  public CoroutineWorker(android.content.Context context, WorkerParameters parameters) { super(context, parameters); }
  public abstract Object doWork(kotlin.coroutines.Continuation<? super Result> done);
}
