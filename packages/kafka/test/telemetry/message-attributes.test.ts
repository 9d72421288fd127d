import { trace, type Attributes } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { describeMessage, messageAttributes, type MessageAttributeOptions } from '../../src/telemetry/message-attributes.ts';
import type { Semconv } from '../../src/telemetry/semconv.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const options: MessageAttributeOptions = { semconv: '1.45', messageKey: true };

const keys = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.stringMatching(/^[ -~]{0,80}$/).map((text) => new Uint8Array(Buffer.from(text))),
  fc.uint8Array(),
  fc.string(),
  fc.constantFrom(null, undefined),
);
const offsets = fc.oneof(fc.nat().map(String), fc.constantFrom('-1', '9007199254740993', 'x'));
const messages = fc.record(
  { key: keys, value: fc.constantFrom(null, Buffer.from('v')), offset: offsets },
  { requiredKeys: ['key', 'value'] },
);
const semconvs = fc.constantFrom<Semconv>('1.45', '1.44', 'dup');

/** The text of bytes that are UTF-8, as the platform decodes it. */
function decoded(key: unknown): string | undefined {
  if (!(key instanceof Uint8Array)) return typeof key === 'string' ? key : undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(key);
  } catch {
    return undefined;
  }
}

describe('messageAttributes', () => {
  const { spans } = useTracing();

  it('says of any message what is said on its span', () => {
    const tracer = trace.getTracer('test');
    fc.assert(
      fc.property(messages, semconvs, (message, semconv) => {
        const span = tracer.startSpan('described');
        describeMessage(span, message, { ...options, semconv });
        span.end();
        const recorded = spans.take('described');
        expect(messageAttributes(message, { ...options, semconv })).to.deep.equal(recorded.attributes);
      }),
    );
  });

  it('reads a key of bytes as UTF-8 reads them, and leaves one out that is not', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const expected: Attributes = {};
        const text = decoded(key);
        if (text !== undefined) expected['kafka.message.key'] = text;
        expect(messageAttributes({ key, value: 'v' }, options)).to.deep.equal(expected);
      }),
    );
  });

  it('asks the messageKey option once for a message', () => {
    let asked = 0;
    const messageKey = (key: string): string => `${key}${++asked}`;
    expect(messageAttributes({ key: 'k', value: null, offset: '-1' }, { ...options, messageKey })).to.deep.equal({
      'kafka.message.key': 'k1',
      'kafka.message.tombstone': true,
    });
  });
});
