package qingfeng.client

import java.util.concurrent.Executors
import java.util.concurrent.ScheduledFuture
import java.util.concurrent.TimeUnit

/**
 * Locks a store that nobody uses: [idleMs] after the last use, and [leftMs] after its owner left the app, if that is
 * earlier. A phone that is taken out of a hand is soon a locked one.
 *
 * A device that sleeps lets no timer run, so a use that comes too late locks before it passes.
 *
 * @param now milliseconds of a clock that goes on while the device sleeps.
 * @param lock asks the core to lock, on any thread; must not wait.
 */
class AutoLock(
    private val idleMs: Long, private val leftMs: Long, private val now: () -> Long, private val lock: () -> Unit,
) : AutoCloseable {
    private val timer = Executors.newSingleThreadScheduledExecutor { Thread(it, "qingfeng-autolock").apply { isDaemon = true } }
    private var dueAt = now() + idleMs
    private var pending: ScheduledFuture<*> = arm()

    /** The store is used. */
    @Synchronized
    fun touch() {
        if (now() >= dueAt) lock()
        dueAt = now() + idleMs
        if (pending.isDone) pending = arm()
    }

    /** Its owner has left the app. */
    @Synchronized
    fun leave() {
        dueAt = minOf(dueAt, now() + leftMs)
        pending.cancel(false)
        pending = arm()
    }

    override fun close() {
        timer.shutdownNow()
    }

    private fun arm() = timer.schedule(::look, maxOf(0, dueAt - now()), TimeUnit.MILLISECONDS)

    @Synchronized
    private fun look() {
        if (now() >= dueAt) lock() else pending = arm()
    }
}
