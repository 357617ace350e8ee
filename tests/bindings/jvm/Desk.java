import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import qingfeng.client.QingfengClient;
import qingfeng.client.v1.Arrival;
import qingfeng.client.v1.DeskService;
import qingfeng.client.v1.OpenRequest;
import qingfeng.client.v1.UnlockRequest;
import qingfeng.client.v1.VaultService;

/** A desk that reads its register, for jvm_test.py: Desk STORE, with the PIN on standard input. */
final class Desk {
  private Desk() {}

  public static void main(String[] args) throws Exception {
    String pin = new Scanner(System.in, StandardCharsets.UTF_8).nextLine();
    try (QingfengClient client = QingfengClient.open()) {
      VaultService vault = new VaultService(client);
      var register = vault.openAsync(OpenRequest.newBuilder().setFolder(args[0]).build())
          .thenCompose(opened -> vault.unlockAsync(UnlockRequest.newBuilder().setPin(pin).build()))
          .thenCompose(unlocked -> new DeskService(client).listArrivalsAsync());
      for (Arrival arrival : register.get(60, TimeUnit.SECONDS).getArrivalsList()) {
        System.out.println(arrival.getPosition() + " " + arrival.getReport().getTitle());
      }
    }
  }
}
