package letters;

import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A function of Spring Cloud Stream that fails at every record of LETTERS_TOPIC; its binder writes the dead letter. */
@SpringBootApplication
public class Letters {
    public static void main(String[] args) {
        SpringApplication.run(Letters.class, args);
    }

    @Bean
    Consumer<String> pack() {
        return value -> {
            throw new IllegalStateException("no stock for " + value);
        };
    }
}
