// The SDK first, as what it patches is not loaded yet; then the clients of Kafka.
export { tracing } from '@tracelink/sdk/register';
import '@tracelink/kafka/register';
