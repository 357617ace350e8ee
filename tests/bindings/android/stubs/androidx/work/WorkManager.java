package androidx.work;

public class WorkManager {
  public static WorkManager getInstance(android.content.Context context) { return new WorkManager(); }
  public Object enqueueUniqueWork(String name, ExistingWorkPolicy policy, OneTimeWorkRequest work) { return null; }
}
