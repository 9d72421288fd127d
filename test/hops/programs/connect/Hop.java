package hops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.cli.ConnectStandalone;

/** A hop by MirrorMaker's source connector in a worker of Connect: each record of HOP_IN goes on to HOP_OUT. */
public class Hop {
    public static void main(String[] args) throws IOException {
        var folder = Files.createTempDirectory("hop");
        var brokers = System.getenv("HOP_BROKERS");
        var worker = new ArrayList<>(List.of(
            "bootstrap.servers=" + brokers,
            "listeners=http://127.0.0.1:0",
            "offset.storage.file.filename=" + folder.resolve("offsets"),
            "plugin.discovery=service_load",
            "key.converter=org.apache.kafka.connect.converters.ByteArrayConverter",
            "value.converter=org.apache.kafka.connect.converters.ByteArrayConverter"));
        // Named as the images of Connect name it.
        var headerConverter = System.getenv("CONNECT_HEADER_CONVERTER");
        if (headerConverter != null) worker.add("header.converter=" + headerConverter);
        var connector = List.of(
            "name=hop",
            "connector.class=org.apache.kafka.connect.mirror.MirrorSourceConnector",
            "source.cluster.alias=in",
            "target.cluster.alias=out",
            "source.cluster.bootstrap.servers=" + brokers,
            "target.cluster.bootstrap.servers=" + brokers,
            "topics=" + System.getenv("HOP_IN"),
            "replication.factor=1",
            "emit.offset-syncs.enabled=false",
            "sync.topic.acls.enabled=false",
            // The topic of the mirror would be named after the cluster.
            "transforms=route",
            "transforms.route.type=org.apache.kafka.connect.transforms.RegexRouter",
            "transforms.route.regex=.*",
            "transforms.route.replacement=" + System.getenv("HOP_OUT"));
        ConnectStandalone.main(new String[] {write(folder.resolve("worker"), worker), write(folder.resolve("connector"), connector)});
    }

    private static String write(Path file, List<String> properties) throws IOException {
        return Files.write(file, properties).toString();
    }
}
