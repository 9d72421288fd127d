/**
 * Answers of Grafana Tempo 3.0.3 to `GET /api/v2/traces/{id}`, written by its documentation and not recorded: Tempo was not run. They are
 * `TraceByIDResponse` of `tempo.proto` in the JSON of Protobuf: ids are bytes in Base64, kinds are names, 64-bit numbers are strings, and
 * what has its default is left out.
 */

export const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
export const sendId = '00f067aa0ba902b7';

const own = base64(traceId);

/** A send within another producer span, and a batch that links to it and to a message of another trace. */
export const twiceTraced = {
  trace: {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'orders')] },
        scopeSpans: [
          {
            scope: { name: '@tracelink/kafka', version: '0.1.0' },
            spans: [
              span({ spanId: base64(sendId), parentSpanId: base64('b7ad6b7169203331'), name: 'send orders', kind: 'SPAN_KIND_PRODUCER' }, [
                text('messaging.destination.name', 'orders'),
                text('messaging.operation.type', 'send'),
              ]),
            ],
          },
          {
            scope: { name: 'application' },
            spans: [span({ spanId: base64('b7ad6b7169203331'), name: 'publish', kind: 'SPAN_KIND_PRODUCER' }, [])],
          },
        ],
      },
      {
        resource: {},
        scopeSpans: [
          {
            scope: {},
            spans: [
              {
                ...span(
                  { spanId: base64('53995c3f42cd8ad8'), parentSpanId: base64(sendId), name: 'process orders', kind: 'SPAN_KIND_CONSUMER' },
                  [text('messaging.destination.name', 'orders'), { key: 'messaging.batch.message_count', value: { intValue: '3' } }],
                ),
                links: [
                  { traceId: own, spanId: base64(sendId) },
                  { traceId: base64('f'.repeat(32)), spanId: base64('e'.repeat(16)) },
                ],
                droppedLinksCount: 1,
              },
              // A kind that is not specified is left out, as lists are that are empty.
              { traceId: own, spanId: base64('a2fb4a1d1a96d312'), name: 'pack', startTimeUnixNano: '1', endTimeUnixNano: '2' },
            ],
          },
          { scope: { name: 'of no span' } },
        ],
      },
      { resource: {} },
    ],
  },
  metrics: { inspectedBytes: '1834' },
};

/** Of a trace that it does not have, with status 200. */
export const unknownTrace = { trace: {}, metrics: { inspectedBytes: '920' } };

/** Of a trace above `max_bytes_per_trace`, with status 200. */
export const partialTrace = {
  trace: {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'orders')] },
        scopeSpans: [
          {
            scope: { name: 'application' },
            spans: Array.from({ length: 20_000 }, (_, index) =>
              span({ spanId: base64((index + 1).toString(16).padStart(16, '0')), name: 'pack', kind: 'SPAN_KIND_INTERNAL' }, []),
            ),
          },
        ],
      },
    ],
  },
  metrics: { inspectedBytes: '5012480' },
  status: 'PARTIAL',
  message: 'Trace exceeds maximum size of 5000000 bytes, a partial trace is returned',
};

function span(given: Readonly<Record<'spanId' | 'name' | 'kind', string> & { parentSpanId?: string }>, attributes: readonly object[]) {
  return {
    traceId: own,
    ...given,
    startTimeUnixNano: '1764484800000000000',
    endTimeUnixNano: '1764484800001000000',
    attributes,
    status: {},
  };
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}

function base64(digits: string): string {
  return Buffer.from(digits, 'hex').toString('base64');
}
