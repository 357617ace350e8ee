import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import qingfeng.client.v1.EchoRequest;
import qingfeng.client.v1.EchoStreamRequest;

/** The cases of tests/bindings/cases (its README says what each means), from the folder that the property "cases" names. */
final class Cases {
  private Cases() {}

  static JsonObject read(String name) throws IOException {
    return JsonParser.parseString(Files.readString(Path.of(System.getProperty("cases"), name))).getAsJsonObject();
  }

  /** The objects in the list `key`; a list without any would test nothing. */
  static List<JsonObject> list(String file, String key) throws IOException {
    List<JsonObject> all = new ArrayList<>();
    for (JsonElement each : read(file).getAsJsonArray(key)) all.add(each.getAsJsonObject());
    if (all.isEmpty()) throw new IOException(file + " has no " + key);
    return all;
  }

  /** The request of one case of echo.json. */
  static EchoRequest echo(JsonObject one) {
    if (one.has("text")) return EchoRequest.newBuilder().setText(one.get("text").getAsString()).build();
    if (one.has("data_bytes")) return EchoRequest.newBuilder().setData(data(one.get("data_bytes").getAsInt(), 0)).build();
    int wanted = one.get("request_bytes").getAsInt();
    int around = EchoRequest.newBuilder().setData(data(wanted, 0)).build().getSerializedSize() - wanted;
    return EchoRequest.newBuilder().setData(data(wanted - around, 0)).build();
  }

  static EchoStreamRequest echoStream(JsonObject one) {
    return EchoStreamRequest.newBuilder().setCount(one.get("count").getAsInt()).setText("风").build();
  }

  /** Bytes of all values, another sequence for each seed. */
  static ByteString data(int size, int seed) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; ++i) bytes[i] = (byte) (i * 31 + (i >> 8) + seed);
    return ByteString.copyFrom(bytes);
  }
}
