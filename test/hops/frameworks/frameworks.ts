import type { Framework } from './framework.ts';
import { kotel, otelsarama } from './go.ts';
import { camel, camelOpenTelemetry, connect, connectWorker, kafkaStreams, springSendTo, springTemplate, vertx } from './jvm.ts';
import { aiokafka, confluentKafka, ddtrace, faststreamPublish, faststreamReturn } from './python.ts';
import { quarkusMessage, quarkusPayload } from './quarkus.ts';

/** Every framework that a record is sent through. */
export const frameworks: readonly Framework[] = [
  kafkaStreams,
  connect,
  connectWorker,
  springTemplate,
  springSendTo,
  quarkusPayload,
  quarkusMessage,
  vertx,
  camel,
  camelOpenTelemetry,
  kotel,
  otelsarama,
  confluentKafka,
  aiokafka,
  faststreamPublish,
  faststreamReturn,
  ddtrace,
];
