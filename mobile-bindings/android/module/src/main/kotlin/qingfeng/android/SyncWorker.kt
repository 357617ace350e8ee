package qingfeng.android

import android.content.Context
import androidx.work.BackoffPolicy
import androidx.work.Constraints
import androidx.work.CoroutineWorker
import androidx.work.ExistingWorkPolicy
import androidx.work.NetworkType
import androidx.work.OneTimeWorkRequest
import androidx.work.WorkManager
import androidx.work.WorkerParameters
import java.util.concurrent.TimeUnit
import qingfeng.client.QingfengException
import qingfeng.client.v1.FieldService
import qingfeng.common.v1.Reason

/**
 * Sends what was filed, once there is a network: one wake-up of the radio for all records. It does so only while the store
 * is unlocked, for keys sign each call; a locked one sends when its owner unlocks it. It never runs by a clock: a
 * phone that calls the office at fixed times would tell an onlooker whose it is.
 *
 * Files it leaves to the page's own Sync, which goes on in the background as long as the keys are there: a call for them
 * counts as "Sync now", which sends them although their owner wants them to wait for a network that costs nothing.
 *
 * It shows nothing: a notification would speak to whoever holds the phone.
 */
class SyncWorker(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
    override suspend fun doWork(): Result {
        val store = Qingfeng.current ?: return Result.success()
        return try {
            FieldService(store.client).sync { skipFiles = true }.collect { }
            Result.success()
        } catch (error: QingfengException) {
            if (error.reason in LATER && runAttemptCount < ATTEMPTS_MAX) Result.retry() else Result.success()
        }
    }

    companion object {
        private const val NAME = "qingfeng.sync"
        private const val ATTEMPTS_MAX = 5
        private val LATER = setOf(Reason.REASON_UNREACHABLE, Reason.REASON_DEADLINE, Reason.REASON_BUSY)

        /** Asks for it: when the app is left, and when a network has come back. Asking twice is asking once. */
        fun request(context: Context) {
            val online = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()
            val work = OneTimeWorkRequest.Builder(SyncWorker::class.java)
                .setConstraints(online)
                .setBackoffCriteria(BackoffPolicy.EXPONENTIAL, 30, TimeUnit.SECONDS)
                .build()
            WorkManager.getInstance(context).enqueueUniqueWork(NAME, ExistingWorkPolicy.KEEP, work)
        }
    }
}
