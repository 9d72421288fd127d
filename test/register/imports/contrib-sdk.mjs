// For --import: an SDK with OpenTelemetry's own instrumentations of HTTP and kafkajs, as @opentelemetry/auto-instrumentations-node starts it.
import { register } from 'node:module';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import { NodeSDK } from '@opentelemetry/sdk-node';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation(), new KafkaJsInstrumentation()] });
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());
