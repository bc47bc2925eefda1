import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What becomes of idempotence, on by default, when acks says otherwise. Arguments: brokers, topic.
 * Sends one record per setting, whose value is the setting; the log shows its producer id.
 */
class AcksAndIdempotence {
  public static void main(String[] arguments) throws Exception {
    String[] settings = {
      "acks=all", "acks=1", "acks=0", "acks=0 enable.idempotence=true", "acks=1 enable.idempotence=true"
    };
    for (String setting : settings) send(arguments[0], arguments[1], setting);
  }

  static void send(String brokers, String topic, String setting) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", brokers);
    for (String part : setting.split(" ")) {
      properties.put(part.split("=")[0], part.split("=")[1]);
    }
    StringSerializer text = new StringSerializer();
    try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties, text, text)) {
      producer.send(new ProducerRecord<>(topic, 0, null, setting)).get();
      System.out.println(setting + "\tsent");
    } catch (ConfigException error) {
      System.out.println(setting + "\trefused\t" + error.getMessage());
    }
  }
}
