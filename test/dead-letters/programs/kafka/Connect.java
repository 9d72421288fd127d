package letters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.cli.ConnectStandalone;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A sink connector whose converter takes no record of LETTERS_TOPIC, with a dead-letter topic LETTERS_OUT. */
public class Connect {
    public static void main(String[] args) throws IOException {
        var folder = Files.createTempDirectory("letters");
        var worker = List.of(
            "bootstrap.servers=" + System.getenv("LETTERS_BROKERS"),
            "listeners=http://127.0.0.1:0",
            "offset.storage.file.filename=" + folder.resolve("offsets"),
            "plugin.discovery=service_load",
            "consumer.auto.offset.reset=earliest",
            "key.converter=org.apache.kafka.connect.storage.StringConverter",
            "value.converter=org.apache.kafka.connect.json.JsonConverter");
        var connector = List.of(
            "name=" + System.getenv("LETTERS_GROUP"),
            "connector.class=" + Sink.class.getName(),
            "tasks.max=1",
            "topics=" + System.getenv("LETTERS_TOPIC"),
            "errors.tolerance=all",
            "errors.deadletterqueue.topic.name=" + System.getenv("LETTERS_OUT"),
            "errors.deadletterqueue.topic.replication.factor=1",
            "errors.deadletterqueue.context.headers.enable=true");
        ConnectStandalone.main(new String[] {write(folder.resolve("worker"), worker), write(folder.resolve("connector"), connector)});
    }

    /** Takes what it gets. */
    public static class Sink extends SinkConnector {
        private Map<String, String> settings;

        @Override
        public void start(Map<String, String> props) {
            settings = props;
        }

        @Override
        public Class<? extends Task> taskClass() {
            return SinkingTask.class;
        }

        @Override
        public List<Map<String, String>> taskConfigs(int maxTasks) {
            return List.of(settings);
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

    /** Its task. */
    public static class SinkingTask extends SinkTask {
        @Override
        public void start(Map<String, String> props) {}

        @Override
        public void put(Collection<SinkRecord> records) {}

        @Override
        public void stop() {}

        @Override
        public String version() {
            return "0";
        }
    }

    private static String write(Path file, List<String> properties) throws IOException {
        return Files.write(file, properties).toString();
    }
}
