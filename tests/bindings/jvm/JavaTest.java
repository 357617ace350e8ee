import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;
import qingfeng.client.Method;
import qingfeng.client.QingfengClient;
import qingfeng.client.QingfengException;
import qingfeng.client.v1.EchoRequest;
import qingfeng.client.v1.EchoResponse;
import qingfeng.client.v1.EchoStreamRequest;
import qingfeng.client.v1.EchoStreamResponse;
import qingfeng.client.v1.EventService;
import qingfeng.common.v1.Reason;

/** The cases as Java sees the binding: futures, listeners. */
public class JavaTest {
  private final QingfengClient client = QingfengClient.open();
  private final EventService events = new EventService(client);

  @After
  public void close() {
    client.close();
  }

  /** The error of a future that must fail, within a time that no test needs. */
  static QingfengException errorOf(CompletableFuture<?> future) {
    Throwable thrown = assertThrows(CompletionException.class, () -> future.orTimeout(30, TimeUnit.SECONDS).join());
    assertTrue(thrown.getCause().toString(), thrown.getCause() instanceof QingfengException);
    return (QingfengException) thrown.getCause();
  }

  @Test
  public void echo() throws Exception {
    for (JsonObject one : Cases.list("echo.json", "cases")) {
      String name = one.get("name").getAsString();
      EchoRequest request = Cases.echo(one);
      if (one.has("reason")) {
        assertEquals(name, one.get("reason").getAsString(), errorOf(events.echoAsync(request)).getReason().name());
        continue;
      }
      EchoResponse response = events.echoAsync(request).get(30, TimeUnit.SECONDS);
      assertEquals(name, request.getText(), response.getText());
      assertEquals(name, request.getData(), response.getData());
    }
  }

  @Test
  public void failures() throws Exception {
    for (Reason reason : Reason.values()) {
      if (reason == Reason.UNRECOGNIZED || reason == Reason.REASON_UNSPECIFIED) continue;
      QingfengException error = errorOf(events.echoAsync(EchoRequest.newBuilder().setFail(reason).build()));
      assertEquals(reason, error.getReason());
      assertEquals("as the request asked", error.getMessage());
    }
    for (JsonObject known : Cases.list("failures.json", "known")) {
      Reason reason = Reason.valueOf(known.get("reason").getAsString());
      QingfengException error = errorOf(events.echoAsync(EchoRequest.newBuilder().setFail(reason).build()));
      assertEquals(known.get("code").getAsInt(), error.getCode());
      assertEquals(known.get("remedy").getAsString(), error.getRemedy());
    }
    int count = Cases.read("failures.json").get("stream_messages").getAsInt();
    EchoStreamRequest request = EchoStreamRequest.newBuilder().setCount(count).setFail(Reason.REASON_DISK_FULL).build();
    Reader reader = Reader.of(events, request, count);
    assertEquals(Reason.REASON_DISK_FULL, reader.end().getReason());
    assertEquals(count, reader.delivered());
  }

  @Test
  public void streams() throws Exception {
    for (JsonObject one : Cases.list("stream.json", "cases")) {
      int count = one.get("count").getAsInt(), window = one.get("window").getAsInt(), pause = one.get("pause_after").getAsInt();
      Reader reader = Reader.of(events, Cases.echoStream(one), window);
      for (int i = 0; i < pause; ++i) reader.take();
      int bound = Math.min(count, pause + window);
      reader.await(bound);
      Thread.sleep(50);  // what comes beyond the bound, comes in this time
      assertEquals(one.toString(), bound, reader.delivered());
      for (int i = pause; i < count; ++i) assertEquals(i, reader.take().getIndex());
      assertNull(reader.end());
      assertEquals(count, reader.delivered());
    }
  }

  @Test
  public void cancelRaces() throws Exception {
    List<Reader> all = new ArrayList<>();
    for (JsonObject one : Cases.list("cancel.json", "cases")) {
      for (int round = 0; round < one.get("rounds").getAsInt(); ++round) {
        Reader reader = Reader.of(events, Cases.echoStream(one), one.get("window").getAsInt());
        all.add(reader);
        for (int i = 0; i < one.get("after_messages").getAsInt(); ++i) reader.take();
        reader.call().cancel();
        QingfengException error = reader.end();
        assertTrue(one.toString(), error == null || error.getReason() == Reason.REASON_CANCELLED);
      }
    }
    client.close();  // no event comes any more
    for (Reader reader : all) assertEquals(1, reader.ends());
  }

  @Test
  public void aCancelledFutureCancelsItsCall() throws Exception {
    // Waits for an end that comes only by cancelling; more of them than a client may have calls.
    Method<EchoStreamRequest, EchoStreamResponse> endless =
        new Method<>("qingfeng.client.v1.EventService/EchoStream", EchoStreamResponse.parser());
    EchoStreamRequest request = EchoStreamRequest.newBuilder().setCount(1_000_000).build();
    for (int i = 0; i < 300; ++i) {
      CompletableFuture<EchoStreamResponse> future = client.future(endless, request);
      for (int waited = 0; future.isDone(); ++waited) {  // refused: those before are still on their way to their end
        assertEquals(Reason.REASON_BUSY, errorOf(future).getReason());
        assertTrue("cancelled calls do not end", waited < 30_000);
        Thread.sleep(1);
        future = client.future(endless, request);
      }
      future.cancel(true);
    }
  }

  @Test
  public void threads() throws Exception {
    JsonObject one = Cases.read("threads.json");
    int calls = one.get("calls_each").getAsInt(), size = one.get("data_bytes").getAsInt();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < one.get("threads").getAsInt(); ++t) {
      int first = t * calls;
      CompletableFuture<Void> done = new CompletableFuture<>();
      threads.add(done);
      new Thread(() -> {
        try {
          for (int i = first; i < first + calls; ++i) {
            EchoRequest request = EchoRequest.newBuilder().setText("" + i).setData(Cases.data(size, i)).build();
            EchoResponse response = events.echoAsync(request).get(30, TimeUnit.SECONDS);
            assertEquals(request.getText(), response.getText());
            assertEquals(request.getData(), response.getData());
          }
          done.complete(null);
        } catch (Throwable failed) {
          done.completeExceptionally(failed);
        }
      }).start();
    }
    for (CompletableFuture<Void> done : threads) done.get(120, TimeUnit.SECONDS);
  }
}
