import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import qingfeng.client.QingfengClient;
import qingfeng.client.v1.Arrival;

/** A desk that reads its register, for jvm_test.py: Desk STORE, with the PIN on standard input. */
final class Desk {
  private Desk() {}

  public static void main(String[] args) throws Exception {
    String pin = new Scanner(System.in, StandardCharsets.UTF_8).nextLine();
    try (QingfengClient client = QingfengClient.open()) {
      for (Arrival arrival : Arrivals.list(client, args[0], pin).get(60, TimeUnit.SECONDS)) {
        System.out.println(arrival.getPosition() + " " + arrival.getReport().getTitle());
      }
    }
  }
}
