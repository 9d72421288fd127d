package hops;

import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;

/** A hop by a route of Camel with its tracer: each record of HOP_IN goes on to HOP_OUT. */
public class Hop {
    public static void main(String[] args) throws Exception {
        AutoConfiguredOpenTelemetrySdk.builder().setResultAsGlobal().build();
        var main = new Main();
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                new OpenTelemetryTracer().init(getContext());
                from(kafka("HOP_IN") + "&autoOffsetReset=earliest&groupId=" + System.getenv("HOP_GROUP")).to(kafka("HOP_OUT"));
            }
        });
        main.run();
    }

    private static String kafka(String topic) {
        return "kafka:" + System.getenv(topic) + "?brokers=" + System.getenv("HOP_BROKERS");
    }
}
