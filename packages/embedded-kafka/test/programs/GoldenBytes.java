import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;

/**
 * Reads one message in JSON from each line, and writes the bytes that Apache Kafka's own classes encode, in hex: header
 * and body, without the size before them.
 */
public class GoldenBytes {
  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var json = new ObjectMapper();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode message = json.readTree(line);
      System.out.println(HexFormat.of().formatHex(header(message)) + HexFormat.of().formatHex(body(message)));
    }
  }

  private static byte[] header(JsonNode message) {
    ApiKeys api = ApiKeys.forId(message.get("key").asInt());
    short version = (short) message.get("version").asInt();
    int correlationId = message.get("correlationId").asInt();
    if (message.get("direction").asText().equals("request")) {
      var header = new RequestHeaderData()
          .setRequestApiKey(api.id).setRequestApiVersion(version)
          .setCorrelationId(correlationId).setClientId(message.get("clientId").asText());
      return bytes(header, api.requestHeaderVersion(version));
    }
    return bytes(new ResponseHeaderData().setCorrelationId(correlationId), api.responseHeaderVersion(version));
  }

  private static byte[] body(JsonNode message) throws Exception {
    String type = message.get("direction").asText().equals("request") ? "Request" : "Response";
    short version = (short) message.get("version").asInt();
    Class<?> converter = Class.forName(
        "org.apache.kafka.common.message." + message.get("api").asText() + type + "DataJsonConverter");
    var read = converter.getMethod("read", JsonNode.class, short.class);
    return bytes((Message) read.invoke(null, message.get("body"), version), version);
  }

  private static byte[] bytes(Message message, short version) {
    ByteBuffer buffer = MessageUtil.toByteBufferAccessor(message, version).buffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
