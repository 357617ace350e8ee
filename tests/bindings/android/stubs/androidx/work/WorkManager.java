package androidx.work;

public abstract class WorkManager {
  public static native WorkManager getInstance(android.content.Context context);
  public native Object enqueueUniqueWork(String name, ExistingWorkPolicy policy, OneTimeWorkRequest work);
}
