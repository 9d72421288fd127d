package hops;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** A hop by a route of Camel, which no one traces: each record of HOP_IN goes on to HOP_OUT. */
public class Hop {
    public static void main(String[] args) throws Exception {
        var main = new Main();
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from(kafka("HOP_IN") + "&autoOffsetReset=earliest&groupId=" + System.getenv("HOP_GROUP")).to(kafka("HOP_OUT"));
            }
        });
        main.run();
    }

    private static String kafka(String topic) {
        return "kafka:" + System.getenv(topic) + "?brokers=" + System.getenv("HOP_BROKERS");
    }
}
