import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import qingfeng.client.Call;
import qingfeng.client.CallListener;
import qingfeng.client.QingfengException;
import qingfeng.client.v1.EchoStreamRequest;
import qingfeng.client.v1.EchoStreamResponse;
import qingfeng.client.v1.EventService;

/** Reads a stream at its own pace, and counts what was delivered. */
final class Reader implements CallListener<EchoStreamResponse> {
  private final LinkedBlockingQueue<EchoStreamResponse> messages = new LinkedBlockingQueue<>();
  private final AtomicInteger delivered = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final CompletableFuture<Optional<QingfengException>> end = new CompletableFuture<>();
  private final CompletableFuture<Call> call = new CompletableFuture<>();

  static Reader of(EventService events, EchoStreamRequest request, int window) {
    Reader reader = new Reader();
    reader.call.complete(events.echoStream(request, window, reader));
    return reader;
  }

  @Override
  public void onMessage(Call call, EchoStreamResponse message) {
    delivered.incrementAndGet();
    messages.add(message);
  }

  @Override
  public void onEnd(Call call, QingfengException error) {
    ends.incrementAndGet();
    end.complete(Optional.ofNullable(error));
  }

  /** Takes one message, and gives credit for another. */
  EchoStreamResponse take() throws InterruptedException {
    EchoStreamResponse message = messages.poll(30, TimeUnit.SECONDS);
    if (message == null) throw new AssertionError("no message within 30 s; " + delivered() + " came before");
    call().credit(1);
    return message;
  }

  void await(int count) throws InterruptedException {
    for (int i = 0; delivered() < count; ++i) {
      if (i == 30_000) throw new AssertionError(delivered() + " messages instead of " + count);
      Thread.sleep(1);
    }
  }

  Call call() {
    return call.join();
  }

  int delivered() {
    return delivered.get();
  }

  int ends() {
    return ends.get();
  }

  /** How it ended: null is success. */
  QingfengException end() {
    return end.orTimeout(30, TimeUnit.SECONDS).join().orElse(null);
  }
}
