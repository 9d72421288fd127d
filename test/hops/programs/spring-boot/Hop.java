package hops;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.stereotype.Component;

/** A hop by Spring Boot with observation: each record of HOP_IN goes on to HOP_OUT, in one of two ways. */
@SpringBootApplication
public class Hop {
    public static void main(String[] args) {
        SpringApplication.run(Hop.class, args);
    }

    /** Hands the record's headers on. */
    @Component
    @ConditionalOnProperty(name = "hop.way", havingValue = "template")
    static class ByTemplate {
        private final KafkaTemplate<String, String> template;

        ByTemplate(KafkaTemplate<String, String> template) {
            this.template = template;
        }

        @KafkaListener(topics = "${HOP_IN}")
        void forward(ConsumerRecord<String, String> record) {
            template.send(new ProducerRecord<>(System.getenv("HOP_OUT"), null, record.key(), record.value(), record.headers()));
        }
    }

    /** Answers with a value. */
    @Component
    @ConditionalOnProperty(name = "hop.way", havingValue = "send-to")
    static class BySendTo {
        @KafkaListener(topics = "${HOP_IN}")
        @SendTo("${HOP_OUT}")
        String forward(String value) {
            return value;
        }
    }
}
