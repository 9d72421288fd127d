package letters;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A service by Quarkus with its OpenTelemetry extension, which fails at every record of LETTERS_TOPIC, in one of two ways. */
@ApplicationScoped
public class Letters {
    /** A dead letter at once. */
    @Incoming("queue")
    public void fail(String value) {
        throw new IllegalStateException("no stock for " + value);
    }

    /** Retry topics come before the dead letter. */
    @Incoming("retries")
    public void failAgain(String value) {
        throw new IllegalStateException("no stock for " + value);
    }
}
