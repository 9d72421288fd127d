package letters;

import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;

/** Kafka Streams whose operator fails at every record of LETTERS_TOPIC, with a dead-letter topic LETTERS_OUT. */
public class Streams {
    public static void main(String[] args) {
        var config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, System.getenv("LETTERS_GROUP"));
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("LETTERS_BROKERS"));
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        config.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueProcessingExceptionHandler.class);
        config.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, System.getenv("LETTERS_OUT"));
        var builder = new StreamsBuilder();
        builder.<String, String>stream(System.getenv("LETTERS_TOPIC")).mapValues(Streams::fail).to(System.getenv("LETTERS_TOPIC") + "-out");
        new KafkaStreams(builder.build(), config).start();
    }

    private static String fail(String value) {
        throw new IllegalStateException("no stock for " + value);
    }
}
