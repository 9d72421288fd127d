package hops;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

/** A hop by Quarkus with its OpenTelemetry extension: each record of HOP_IN goes on to HOP_OUT, in one of two ways. */
@ApplicationScoped
public class Hop {
    /** Answers with a value. */
    @Incoming("payloads-in")
    @Outgoing("payloads-out")
    public String forward(String value) {
        return value;
    }

    /** Hands the record's key and headers on. */
    @Incoming("messages-in")
    @Outgoing("messages-out")
    public Message<String> forward(Message<String> message) {
        var record = message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow();
        return message.addMetadata(
            OutgoingKafkaRecordMetadata.builder().withKey(record.getKey()).withHeaders(record.getHeaders()).build());
    }
}
