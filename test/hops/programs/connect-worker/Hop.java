package hops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A hop by a worker of Connect and a connector that hands it keys, values and headers as the bytes that they are. */
public class Hop extends SourceConnector {
    public static void main(String[] args) throws IOException {
        var folder = Files.createTempDirectory("hop");
        var worker = new ArrayList<>(List.of(
            "bootstrap.servers=" + System.getenv("HOP_BROKERS"),
            "listeners=http://127.0.0.1:0",
            "offset.storage.file.filename=" + folder.resolve("offsets"),
            "plugin.discovery=only_scan",
            "key.converter=org.apache.kafka.connect.converters.ByteArrayConverter",
            "value.converter=org.apache.kafka.connect.converters.ByteArrayConverter"));
        // Named as the images of Connect name it.
        var headerConverter = System.getenv("CONNECT_HEADER_CONVERTER");
        if (headerConverter != null) worker.add("header.converter=" + headerConverter);
        var connector = List.of("name=hop", "tasks.max=1", "connector.class=" + Hop.class.getName());
        ConnectStandalone.main(new String[] {write(folder.resolve("worker"), worker), write(folder.resolve("connector"), connector)});
    }

    private static String write(Path file, List<String> properties) throws IOException {
        return Files.write(file, properties).toString();
    }

    /** Each record of HOP_IN for HOP_OUT. */
    public static class Reader extends SourceTask {
        private KafkaConsumer<byte[], byte[]> consumer;

        @Override
        public void start(Map<String, String> properties) {
            consumer = new KafkaConsumer<>(
                Map.of(
                    "bootstrap.servers", System.getenv("HOP_BROKERS"),
                    "group.id", System.getenv("HOP_GROUP"),
                    "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
            consumer.subscribe(List.of(System.getenv("HOP_IN")));
        }

        @Override
        public List<SourceRecord> poll() {
            var records = new ArrayList<SourceRecord>();
            for (var record : consumer.poll(Duration.ofSeconds(1))) {
                var headers = new ConnectHeaders();
                for (var header : record.headers()) headers.addBytes(header.key(), header.value());
                records.add(new SourceRecord(
                    Map.of("topic", record.topic()), Map.of("offset", record.offset()), System.getenv("HOP_OUT"), null,
                    Schema.OPTIONAL_BYTES_SCHEMA, record.key(), Schema.OPTIONAL_BYTES_SCHEMA, record.value(), null, headers));
            }
            return records;
        }

        @Override
        public void stop() {
            consumer.wakeup();
        }

        @Override
        public String version() {
            return "0";
        }
    }

    @Override
    public void start(Map<String, String> properties) {}

    @Override
    public Class<? extends Task> taskClass() {
        return Reader.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int most) {
        return List.of(Map.of());
    }

    @Override
    public void stop() {}

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public String version() {
        return "0";
    }
}
