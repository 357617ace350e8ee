import com.google.protobuf.ByteString
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import qingfeng.client.QingfengClient
import qingfeng.client.v1.EchoRequest
import qingfeng.client.v1.EventService

private const val KIB = 1024L

/** Memory that the process holds, and that objects hold after a collection. */
private fun memory(): String {
    System.gc()
    val used = Runtime.getRuntime().run { totalMemory() - freeMemory() }
    val resident = java.io.File("/proc/self/statm").readText().split(" ")[1].toLong() * 4
    return "$resident KiB resident, ${used / KIB} KiB of objects"
}

/** Mean time of one of [calls], in microseconds. */
private inline fun timed(calls: Int, call: () -> Unit): Double {
    val start = System.nanoTime()
    repeat(calls) { call() }
    return (System.nanoTime() - start) / 1e3 / calls
}

/**
 * Round trips of an echo of 3 KiB, one after another: EchoBench CALLS [MORE]. Compare with echo_bench, which is C. MORE calls
 * afterwards are watched for growth, in five parts.
 */
fun main(args: Array<String>) {
    val calls = args.firstOrNull()?.toInt() ?: exitProcess(2)
    val part = (args.getOrNull(1)?.toInt() ?: 0) / 5
    val request = EchoRequest.newBuilder().setData(ByteString.copyFrom(ByteArray(3072))).build()
    QingfengClient.open().use { client ->
        val events = EventService(client)
        timed(20_000) { events.echoAsync(request).get() }
        println("future: %.1f us".format(timed(calls) { events.echoAsync(request).get() }))
        runBlocking {
            timed(20_000) { events.echo(request) }
            println("suspend: %.1f us".format(timed(calls) { events.echo(request) }))
            println("warm: ${memory()}")
            if (part > 0) repeat(5) {
                timed(part) { events.echo(request) }
                println("after ${(it + 1) * part} more: ${memory()}")
            }
        }
    }
}
