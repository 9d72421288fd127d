package letters;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.annotation.BackOff;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.kafka.annotation.RetryableTopic;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.stereotype.Component;
import org.springframework.util.backoff.FixedBackOff;

/** A service by Spring Boot with observation, whose listener fails at every record of LETTERS_TOPIC, in one of two ways. */
@SpringBootApplication
public class Letters {
    public static void main(String[] args) {
        SpringApplication.run(Letters.class, args);
    }

    /** The error handler's recoverer writes the dead letter after a second attempt. */
    @Configuration
    @ConditionalOnProperty(name = "letters.way", havingValue = "recoverer")
    static class ByRecoverer {
        @Bean
        DefaultErrorHandler errorHandler(KafkaTemplate<?, ?> template) {
            return new DefaultErrorHandler(new DeadLetterPublishingRecoverer(template), new FixedBackOff(100, 1));
        }

        @KafkaListener(topics = "${LETTERS_TOPIC}")
        void fail(String value) {
            throw new IllegalStateException("no stock for " + value);
        }
    }

    /** Retry topics come before the dead letter. */
    @Component
    @ConditionalOnProperty(name = "letters.way", havingValue = "retry-topics")
    static class ByRetryTopics {
        @RetryableTopic(attempts = "3", backOff = @BackOff(delay = 500, multiplier = 2))
        @KafkaListener(topics = "${LETTERS_TOPIC}")
        void fail(String value) {
            throw new IllegalStateException("no stock for " + value);
        }
    }
}
