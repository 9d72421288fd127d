import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { hasMethods } from '../core/option-rules.ts';
import type { Subscription } from '../subscribe/subscription.ts';
import { answering, type HealthHandler } from './answer.ts';
import { healthReport } from './health-report.ts';

/**
 * Returns a handler that answers whether subscriptions are healthy, as a {@link HealthReport}: 200 while `health().ok` holds for all of
 * them, else 503. It answers at once, without a request to a broker.
 *
 * It fits node:http, Express and Fastify: `app.get('/health', healthHandler(subscription))`. HEAD gets the same without a body, every other
 * method that reaches it 405. Answers are `cache-control: no-store`.
 *
 * @param subscriptions at least one: what `subscribe` returned
 * @throws {KafkaTracingError} `invalid_option`, at once; the handler itself never throws
 */
export function healthHandler(...subscriptions: readonly Pick<Subscription, 'health'>[]): HealthHandler {
  if (subscriptions.length === 0 || !subscriptions.every((subscription) => hasMethods(subscription, 'health')))
    throw new KafkaTracingError('invalid_option', 'healthHandler takes subscriptions, at least one: what subscribe() returns.');
  return answering(() => {
    const report = healthReport(subscriptions);
    return { status: report.ok ? 200 : 503, body: report };
  });
}
