// As it was written for OpenTracing and never touched since: spans are passed by hand, and nothing here knows OpenTelemetry.
import opentracing from 'opentracing';

const { FORMAT_TEXT_MAP, globalTracer, Tags } = opentracing;

/**
 * Reserves an order's article and publishes the order.
 *
 * @param send puts a kafkajs message on its topic
 */
export async function checkout({ orderId, quantity }, send) {
  const tracer = globalTracer();
  const span = tracer.startSpan('checkout', { tags: { 'order.id': orderId } });
  try {
    const reserving = tracer.startSpan('reserve stock', { childOf: span });
    reserving.log({ event: 'reserved', quantity });
    reserving.finish();

    const headers = {};
    tracer.inject(span, FORMAT_TEXT_MAP, headers);
    await send({ key: orderId, value: JSON.stringify({ orderId, quantity }), headers });
  } catch (error) {
    span.setTag(Tags.ERROR, true);
    throw error;
  } finally {
    span.finish();
  }
}
