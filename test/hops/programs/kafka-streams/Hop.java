package hops;

import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

/** A hop by Kafka Streams: each record of HOP_IN goes on to HOP_OUT through an operator. */
public class Hop {
    public static void main(String[] args) {
        var config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, System.getenv("HOP_GROUP"));
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, System.getenv("HOP_BROKERS"));
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        config.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        var builder = new StreamsBuilder();
        builder.<String, String>stream(System.getenv("HOP_IN")).mapValues(value -> value).to(System.getenv("HOP_OUT"));
        new KafkaStreams(builder.build(), config).start();
    }
}
