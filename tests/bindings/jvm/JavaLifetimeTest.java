import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Test;
import qingfeng.client.Call;
import qingfeng.client.CallListener;
import qingfeng.client.Method;
import qingfeng.client.Native;
import qingfeng.client.QingfengClient;
import qingfeng.client.QingfengException;
import qingfeng.client.v1.EchoRequest;
import qingfeng.client.v1.EchoResponse;
import qingfeng.client.v1.EchoStreamRequest;
import qingfeng.client.v1.EchoStreamResponse;
import qingfeng.client.v1.EventService;
import qingfeng.client.v1.Session;
import qingfeng.common.v1.Reason;

/** The ends that a client and its calls can come to, as Java sees them. */
public class JavaLifetimeTest {
  private final QingfengClient client = QingfengClient.open();
  private final EventService events = new EventService(client);

  @After
  public void close() {
    client.close();
  }

  @Test
  public void closedClients() {
    QingfengClient other = QingfengClient.open();
    EventService stale = new EventService(other);
    Reader reader = Reader.of(stale, EchoStreamRequest.newBuilder().setCount(1000).build(), 1);
    other.close();
    assertEquals(Reason.REASON_CANCELLED, reader.end().getReason());
    other.close();
    assertEquals(Reason.REASON_STATE, JavaTest.errorOf(stale.echoAsync()).getReason());
    reader.call().credit(1);
    reader.call().cancel();
    // Handles that never were, as the native functions see them.
    assertEquals(5, Native.start(0x7fff_0000_0003L, 1, "a/b", new byte[0], 1));
    assertEquals(5, Native.credit(0, 1, 1));
    assertEquals(5, Native.cancel(-1, 1));
    assertEquals(5, Native.close(Long.MIN_VALUE));
    assertEquals(3, Native.start(1, 1, null, null, 1));
  }

  @Test
  public void closedWhileBusy() throws Exception {
    JsonObject one = Cases.read("lifetime.json");
    for (int round = 0; round < one.get("rounds").getAsInt(); ++round) {
      QingfengClient other = QingfengClient.open();
      EventService busy = new EventService(other);
      EchoStreamRequest request = EchoStreamRequest.newBuilder().setCount(1_000_000).build();
      List<Reader> readers = new ArrayList<>();
      for (int i = 0; i < one.get("streams").getAsInt(); ++i) readers.add(Reader.of(busy, request, 2));
      List<CompletableFuture<QingfengException>> callers = new ArrayList<>();
      for (int i = 0; i < one.get("callers").getAsInt(); ++i) {
        callers.add(CompletableFuture.supplyAsync(() -> callUntilClosed(busy), task -> new Thread(task).start()));
      }
      Thread.sleep(round % 5);
      other.close();
      for (Reader reader : readers) assertEquals(Reason.REASON_CANCELLED, reader.end().getReason());
      for (CompletableFuture<QingfengException> caller : callers) {
        assertEquals(Reason.REASON_STATE, caller.get(30, TimeUnit.SECONDS).getReason());
      }
    }
  }

  /** The error that says that the client is closed; what was under way just then may have been cancelled before. */
  private static QingfengException callUntilClosed(EventService events) {
    while (true) {
      try {
        events.echoAsync().orTimeout(30, TimeUnit.SECONDS).join();
      } catch (CompletionException failed) {
        QingfengException error = (QingfengException) failed.getCause();
        if (error.getReason() != Reason.REASON_CANCELLED) return error;
      }
    }
  }

  @Test
  public void listenersMayCallAnythingButClose() throws Exception {
    CompletableFuture<EchoResponse> inner = new CompletableFuture<>();
    CompletableFuture<Throwable> refused = new CompletableFuture<>();
    CompletableFuture<QingfengException> end = new CompletableFuture<>();
    events.echoStream(EchoStreamRequest.newBuilder().setCount(1_000_000).build(), 1, new CallListener<>() {
      @Override
      public void onMessage(Call call, EchoStreamResponse message) {
        call.credit(1);
        if (message.getIndex() != 3) return;
        events.echoAsync(EchoRequest.newBuilder().setText("inside").build()).thenAccept(inner::complete);
        refused.complete(assertThrows(QingfengException.class, client::close));
        call.cancel();
      }

      @Override
      public void onEnd(Call call, QingfengException error) {
        end.complete(error);
      }
    });
    assertEquals(Reason.REASON_CANCELLED, end.get(30, TimeUnit.SECONDS).getReason());
    assertEquals("inside", inner.get(30, TimeUnit.SECONDS).getText());
    assertEquals(Reason.REASON_STATE, ((QingfengException) refused.get(30, TimeUnit.SECONDS)).getReason());
  }

  @Test
  public void aListenerThatThrowsLosesItsCall() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    CompletableFuture<QingfengException> end = new CompletableFuture<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> thrown.complete(error));
    events.echoStream(EchoStreamRequest.newBuilder().setCount(1_000_000).build(), 1, new CallListener<>() {
      @Override
      public void onMessage(Call call, EchoStreamResponse message) {
        throw new IllegalStateException("of the listener");
      }

      @Override
      public void onEnd(Call call, QingfengException error) {
        end.complete(error);
      }
    });
    assertEquals("of the listener", thrown.get(30, TimeUnit.SECONDS).getMessage());
    assertEquals(Reason.REASON_CANCELLED, end.get(30, TimeUnit.SECONDS).getReason());
    Thread.setDefaultUncaughtExceptionHandler(null);
    assertEquals("", events.echoAsync().get(30, TimeUnit.SECONDS).getText());
  }

  @Test
  public void aMessageThatCannotBeReadEndsItsCall() {
    // Data of a response stands where Session has its address: a byte that is no UTF-8 cannot be read there.
    ByteString noText = ByteString.copyFrom(new byte[] {-1});
    EchoStreamRequest request = EchoStreamRequest.newBuilder().setCount(1_000_000).setData(noText).build();
    Method<EchoStreamRequest, Session> wrong = new Method<>("qingfeng.client.v1.EventService/EchoStream", Session.parser());
    assertEquals(Reason.REASON_MALFORMED, JavaTest.errorOf(client.future(wrong, request)).getReason());
    assertEquals(Reason.REASON_METHOD, JavaTest.errorOf(client.future(new Method<>("no.Such/Method", Session.parser()), request)).getReason());
  }
}
