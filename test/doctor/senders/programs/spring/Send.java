package senders;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.support.MessageBuilder;

/** A service by Spring Boot: sends to SENDER_TOPIC in the way that SENDER_WAY names. */
@SpringBootApplication
public class Send {
    private static final String topic = System.getenv("SENDER_TOPIC");
    /** A context that came by HTTP. */
    private static final String traceparent = "00-" + "4bf92f3577b34da6a3ce929d0e0e4736" + "-00f067aa0ba902b7-01";

    public static void main(String[] args) {
        SpringApplication.run(Send.class, args).close();
    }

    @Bean
    ApplicationRunner sender(KafkaTemplate<String, String> template) {
        return arguments -> {
            var way = System.getenv("SENDER_WAY");
            var message = MessageBuilder.withPayload("tea").setHeader(KafkaHeaders.TOPIC, topic);
            // Its mapper writes a String as it is, and any other object as JSON.
            if (way.equals("a StringBuilder")) message.setHeader("traceparent", new StringBuilder(traceparent));
            template.send(message.build()).get();
        };
    }
}
