package senders;

import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.NotifyBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A route of Camel that fails at the record of SENDER_IN; its dead letter channel writes to SENDER_TOPIC. */
public class Send {
    public static void main(String[] args) throws Exception {
        try (var context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(deadLetterChannel(kafka("SENDER_TOPIC")).maximumRedeliveries(1).redeliveryDelay(100));
                    from(kafka("SENDER_IN") + "&autoOffsetReset=earliest&groupId=" + System.getenv("SENDER_TOPIC"))
                        .process(exchange -> { throw new IllegalStateException("no stock"); });
                }
            });
            var done = new NotifyBuilder(context).whenDone(1).create();
            context.start();
            if (!done.matches(60, TimeUnit.SECONDS)) throw new IllegalStateException("nothing came");
        }
    }

    private static String kafka(String topic) {
        return "kafka:" + System.getenv(topic) + "?brokers=" + System.getenv("SENDER_BROKERS");
    }
}
