package qingfeng.client

import java.util.concurrent.ScheduledFuture
import java.util.concurrent.ScheduledThreadPoolExecutor
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit

/**
 * Locks a store that nobody uses: [idleMs] after the last use, and [leftMs] after its owner left the app, if that is
 * earlier. A phone that is taken out of a hand is soon a locked one.
 *
 * A device that sleeps lets no timer run, so whatever comes too late locks before it passes.
 *
 * Threads: any. Once closed it locks no more by itself, and everything else does nothing new.
 *
 * @param now milliseconds of a clock that goes on while the device sleeps.
 * @param lock asks the core to lock, on any thread; must not wait. What the same thread asks afterwards finds it locked.
 */
class AutoLock(
    private val idleMs: Long, private val leftMs: Long, private val now: () -> Long, private val lock: () -> Unit,
) : AutoCloseable {
    private val timer = ScheduledThreadPoolExecutor(
        1, { Thread(it, "qingfeng-autolock").apply { isDaemon = true } }, ThreadPoolExecutor.DiscardPolicy(),
    )
    private var dueAt = now() + idleMs
    private var left = false
    private var locked = false // by this, and not used since
    private var pending: ScheduledFuture<*> = arm()

    /** A person uses the store. While its owner is away that puts nothing off. */
    @Synchronized
    fun touch() {
        look()
        locked = false
        if (!left) dueAt = now() + idleMs
        if (pending.isDone) pending = arm()
    }

    /** The store is asked for something that no person wants now: that puts nothing off. */
    @Synchronized
    fun look() {
        if (locked || now() < dueAt) return
        locked = true
        lock()
    }

    /** Its owner has left the app. */
    @Synchronized
    fun leave() {
        left = true
        dueAt = minOf(dueAt, now() + leftMs)
        pending.cancel(false)
        pending = arm()
    }

    /** Its owner has come back. True if the store was locked meanwhile, or is now: what showed it is to be shown no more. */
    @Synchronized
    fun back(): Boolean {
        look()
        left = false
        return locked.also { touch() }
    }

    override fun close() {
        timer.shutdownNow()
    }

    private fun arm() = timer.schedule(::ring, maxOf(0, dueAt - now()), TimeUnit.MILLISECONDS)

    @Synchronized
    private fun ring() {
        if (now() < dueAt) pending = arm() else look()
    }
}
