import { SpanKind, SpanStatusCode, type Attributes, type HrTime } from '@opentelemetry/api';
import type { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';

/** The spans of OpenTelemetry's SDK, as its exporters get them. */
type ReadableSpans = Parameters<typeof ProtobufTraceSerializer.serializeRequest>[0];
type ReadableSpan = ReadableSpans[number];

const hexOf = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.nat(15).map((digit) => digit.toString(16)), minLength: digits, maxLength: digits }).filter((id) => !/^0+$/.test(id));
const time: fc.Arbitrary<HrTime> = fc.tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 }));
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  // An attribute without a key is none to the SDK.
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(fc.string()),
    fc.array(fc.integer()),
  ),
  { noNullPrototype: true, maxKeys: 5 },
);
const context = fc.record({ traceId: hexOf(32), spanId: hexOf(16), traceFlags: fc.constantFrom(0, 1) });

/** Spans of some resources and scopes, with all that a span can have. */
export const anySpans: fc.Arbitrary<ReadableSpan[]> = fc
  .array(
    fc
      .record({ attributes, serviceName: fc.string({ minLength: 1 }) })
      .map((given) => ({ ...given.attributes, 'service.name': given.serviceName })),
    { minLength: 1, maxLength: 2 },
  )
  .chain((resources) =>
    fc.array(
      fc
        .record({
          name: fc.string({ unit: 'grapheme' }),
          kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER),
          spanContext: context,
          parentSpanContext: fc.option(context, { nil: undefined }),
          startTime: time,
          endTime: time,
          status: fc.record({ code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR), message: fc.string() }),
          attributes,
          links: fc.array(fc.record({ context, attributes }), { maxLength: 3 }),
          events: fc.array(fc.record({ name: fc.string(), time, attributes }), { maxLength: 3 }),
          resource: fc.constantFrom(...resources.map((given) => ({ attributes: given, asyncAttributesPending: false }))),
          instrumentationScope: fc.constantFrom({ name: 'one' }, { name: 'two', version: '2.0.0' }),
        })
        .map(
          ({ spanContext, ...span }) =>
            ({
              ...span,
              spanContext: () => spanContext,
              duration: [0, 0],
              ended: true,
              droppedAttributesCount: 0,
              droppedEventsCount: 0,
              droppedLinksCount: 0,
            }) as unknown as ReadableSpan,
        ),
      { maxLength: 6 },
    ),
  );
