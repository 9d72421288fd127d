// For --import: an SDK with Platformatic's own instrumentation of its client.
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { KafkaInstrumentation } from '@platformatic/kafka-opentelemetry';

const sdk = new NodeSDK({ instrumentations: [new HttpInstrumentation(), new KafkaInstrumentation()] });
sdk.start();
process.once('beforeExit', () => void sdk.shutdown());
