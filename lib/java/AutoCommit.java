import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Auto-commit every 5 s, 100 ms a record. Arguments: brokers, topic, group, max.poll.records, and
 * how it ends: "crash" after 6 s, or "close" after 30 records. Tells how many were processed.
 */
class AutoCommit {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("group.id", arguments[2]);
    properties.put("enable.auto.commit", "true");
    properties.put("auto.commit.interval.ms", "5000");
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.records", arguments[3]);
    StringDeserializer text = new StringDeserializer();
    KafkaConsumer<String, String> consumer = new KafkaConsumer<>(properties, text, text);
    consumer.subscribe(List.of(arguments[1]));
    long beginMs = 0;
    int processed = 0;
    for (;;) {
      for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
        if (processed == 0) beginMs = System.currentTimeMillis();
        Thread.sleep(100);
        processed += 1;
        if (arguments[4].equals("crash") && System.currentTimeMillis() - beginMs >= 6000) {
          System.out.println("processed\t" + processed);
          Runtime.getRuntime().halt(0);
        }
        if (arguments[4].equals("close") && processed == 30) {
          consumer.close();
          System.out.println("processed\t" + processed);
          return;
        }
      }
    }
  }
}
