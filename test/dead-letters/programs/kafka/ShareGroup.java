package letters;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member of a share group that rejects every record of LETTERS_TOPIC, with a dead-letter topic LETTERS_OUT. */
public class ShareGroup {
    public static void main(String[] args) throws Exception {
        var group = System.getenv("LETTERS_GROUP");
        var config = new Properties();
        config.put("bootstrap.servers", System.getenv("LETTERS_BROKERS"));
        try (var admin = Admin.create(config)) {
            // Brokers of 4.4 start with the version of share groups that knows no dead letters.
            var letters = new FeatureUpdate((short) 2, FeatureUpdate.UpgradeType.UPGRADE);
            admin.updateFeatures(Map.of("share.version", letters), new UpdateFeaturesOptions()).all().get();
            var settings = new ArrayList<AlterConfigOp>();
            settings.add(set("share.auto.offset.reset", "earliest"));
            settings.add(set("errors.deadletterqueue.topic.name", System.getenv("LETTERS_OUT")));
            if (System.getenv("LETTERS_COPY") != null) settings.add(set("errors.deadletterqueue.copy.record.enable", "true"));
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), settings)).all().get();
            var enabled = List.of(set("errors.deadletterqueue.group.enable", "true"));
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, System.getenv("LETTERS_OUT")), enabled)).all().get();
        }
        config.put("group.id", group);
        config.put("share.acknowledgement.mode", "explicit");
        try (var consumer = new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(System.getenv("LETTERS_TOPIC")));
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(500))) consumer.acknowledge(record, AcknowledgeType.REJECT);
                consumer.commitSync();
            }
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }
}
