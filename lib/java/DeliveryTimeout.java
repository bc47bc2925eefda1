import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A deadline for a send: delivery.timeout.ms bounds all attempts together. Arguments: brokers,
 * topic. Sends order-1, waits for a line on standard input (meanwhile the brokers are paused), sends
 * order-2 and tells how that ended.
 */
class DeliveryTimeout {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("acks", "all");
    properties.put("request.timeout.ms", "1000");
    properties.put("delivery.timeout.ms", "3000");
    StringSerializer text = new StringSerializer();
    KafkaProducer<String, String> producer = new KafkaProducer<>(properties, text, text);
    producer.send(new ProducerRecord<>(arguments[1], 0, null, "order-1")).get();
    System.out.println("order-1\tacknowledged");
    System.in.read();
    long beginMs = System.currentTimeMillis();
    try {
      producer.send(new ProducerRecord<>(arguments[1], 0, null, "order-2")).get();
      System.out.println("order-2\tacknowledged");
    } catch (ExecutionException error) {
      long seconds = Math.round((System.currentTimeMillis() - beginMs) / 1000.0);
      System.out.println("order-2\t" + error.getCause().getClass().getSimpleName() + "\t" + seconds);
    }
    producer.close(Duration.ZERO);
  }
}
