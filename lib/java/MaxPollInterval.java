import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A handler that takes longer than max.poll.interval.ms allows, the first time it gets a record.
 * Arguments: brokers, topic, group. Tells each processing and how each commit ended.
 */
class MaxPollInterval {
  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", arguments[0]);
    properties.put("group.id", arguments[2]);
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("max.poll.interval.ms", "2000");
    properties.put("session.timeout.ms", "2000");
    properties.put("heartbeat.interval.ms", "200");
    StringDeserializer text = new StringDeserializer();
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(properties, text, text)) {
      consumer.subscribe(List.of(arguments[1]));
      int processed = 0;
      for (;;) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
          Thread.sleep(processed == 0 ? 4000 : 10);
          processed += 1;
          System.out.println("processed\t" + record.value());
          try {
            consumer.commitSync();
            System.out.println("committed\t" + record.value());
            return;
          } catch (CommitFailedException error) {
            System.out.println("commit failed\t" + error.getClass().getSimpleName());
          }
        }
      }
    }
  }
}
