import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import qingfeng.client.QingfengClient;
import qingfeng.client.v1.EnrolRequest;
import qingfeng.client.v1.FieldService;
import qingfeng.client.v1.Item;
import qingfeng.client.v1.ItemState;
import qingfeng.client.v1.OpenRequest;
import qingfeng.client.v1.SessionState;
import qingfeng.client.v1.UnlockRequest;
import qingfeng.client.v1.VaultService;

/**
 * A phone in Java, step by step, for jvm_test.py: JavaPhone enrol STORE, then JavaPhone report STORE PHOTO. Standard input has
 * the PIN in its first line, then the invitation or what to report.
 */
final class JavaPhone {
  private JavaPhone() {}

  public static void main(String[] args) {
    Scanner in = new Scanner(System.in, StandardCharsets.UTF_8);
    String pin = in.nextLine(), text = in.nextLine();
    boolean enrols = args[0].equals("enrol");
    try (QingfengClient client = QingfengClient.open()) {
      VaultService vault = new VaultService(client);
      vault.openAsync(OpenRequest.newBuilder().setFolder(args[1]).build()).join();
      if (enrols) vault.enrolAsync(EnrolRequest.newBuilder().setInvitation(text).setPin(pin).build()).join();
      else vault.unlockAsync(UnlockRequest.newBuilder().setPin(pin).build()).join();
      Filing.sync(new FieldService(client)).join();  // takes the enrolment there; brings its certificate, and the key to seal to
      SessionState state = vault.getSessionAsync().join().getSession().getState();
      check(state == (enrols ? SessionState.SESSION_STATE_PROVISIONAL : SessionState.SESSION_STATE_ACTIVE), state);
    }
    if (enrols) return;
    Item item = Filing.report(args[1], pin, args[2], text);
    check(item.getState() == ItemState.ITEM_STATE_COMPLETE, item.getState());
    check(item.getFilesCount() == 1 && item.getFiles(0).getSentBytes() == item.getFiles(0).getSealedBytes(), "its file");
    System.out.println("at " + item.getPosition());
  }

  private static void check(boolean holds, Object what) {
    if (!holds) throw new IllegalStateException(what.toString());
  }
}
