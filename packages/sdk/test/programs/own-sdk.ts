// For --import: an SDK that is not of @tracelink/sdk, which delivers its spans in five seconds or when it is asked to.
import { NodeSDK } from '@opentelemetry/sdk-node';

new NodeSDK({ serviceName: 'own', metricReaders: [] }).start();
