import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { parseValue } from '../../src/otlp/parse-attributes.ts';
import { parseLogLines } from '../../src/otlp/parse-log-lines.ts';
import { parseSpans } from '../../src/otlp/parse-spans.ts';
import type { LogLine, Span } from '../../src/telemetry/span.ts';
import { MalformedError } from '../../src/otlp/members.ts';

const ids = { traceId: 'A'.repeat(32), spanId: 'B'.repeat(16) };

function parse(...spans: object[]): { spans: readonly Span[]; message?: string } {
  const { groups, rejections } = parseSpans({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const message = rejections.partialSuccess?.message;
  return { spans: groups.flatMap((group) => group.spans), ...(message === undefined ? {} : { message }) };
}

function parseLogs(...logRecords: object[]): { lines: readonly LogLine[]; message?: string } {
  const { lines, rejections } = parseLogLines({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  const message = rejections.partialSuccess?.message;
  return { lines, ...(message === undefined ? {} : { message }) };
}

/** An id of zeros as exporters write it, and as a plain protobuf printer does, with or without what fills it up. */
const zeros = (bytes: 8 | 16): readonly string[] => {
  const base64 = Buffer.alloc(bytes).toString('base64');
  return ['0'.repeat(2 * bytes), base64, base64.replace(/=+$/, '')];
};

describe("OTLP's JSON", () => {
  it('lets go of a request whose spans are malformed, though their error is kept', async () => {
    // In a function of its own, whose variables are gone when it has returned.
    const received = (): WeakRef<object> => {
      const spans = [{ ...ids, links: 7 }, { ...ids, status: 1 }, {}];
      expect(parseSpans({ resourceSpans: [{ scopeSpans: [{ spans }] }] }).rejections.partialSuccess?.rejected).to.equal(3);
      return new WeakRef(spans);
    };
    const request = received();
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    // A reference that was just made is kept until the turn ends.
    await new Promise(setImmediate);
    gc();
    expect(request.deref()).to.equal(undefined);
  });

  it('has ids in hexadecimal digits of either case, or in base64 where a plain protobuf printer wrote it', () => {
    const { spans } = parse(ids, {
      traceId: Buffer.from('c'.repeat(32), 'hex').toString('base64'),
      spanId: Buffer.from('d'.repeat(16), 'hex').toString('base64'),
      parentSpanId: Buffer.from('e'.repeat(16), 'hex').toString('base64'),
    });
    expect(spans.map(({ traceId, spanId, parentSpanId }) => [traceId, spanId, parentSpanId])).to.deep.equal([
      ['a'.repeat(32), 'b'.repeat(16), undefined],
      ['c'.repeat(32), 'd'.repeat(16), 'e'.repeat(16)],
    ]);
    for (const traceId of ['A'.repeat(31), 'A'.repeat(33), 'g'.repeat(32), '0'.repeat(32), '', null, 7, `${'A'.repeat(30)}\u0000\n`]) {
      expect(parse({ ...ids, traceId }).message, String(traceId)).to.equal('"traceId" is not what OTLP has there');
    }
  });

  it('has roots whose parent is left out, empty, null or zeros, and links that lead nowhere', () => {
    for (const parentSpanId of [undefined, '', null, ...zeros(8)]) {
      expect(parse({ ...ids, parentSpanId }).spans).to.have.length(1);
      expect(parse({ ...ids, parentSpanId }).spans[0]).to.not.have.property('parentSpanId');
    }
    const links = [ids, { traceId: '', spanId: '' }, ...zeros(16).map((traceId) => ({ ...ids, traceId })), { attributes: [] }];
    expect(parse({ ...ids, links }).spans[0]?.links).to.have.length(1);
    // Hexadecimal digits that base64 has for zeros.
    expect(parse({ ...ids, parentSpanId: 'A'.repeat(16) }).spans[0]).to.include({ parentSpanId: 'a'.repeat(16) });
    expect(parse({ ...ids, links: [{ ...ids, spanId: 'x' }] }).message).to.equal('"spanId" is not what OTLP has there');
  });

  it('has times as digits or as numbers, and a span that does not end takes no time', () => {
    const times = (startTimeUnixNano: unknown, endTimeUnixNano?: unknown): unknown => {
      const { spans, message } = parse({ ...ids, startTimeUnixNano, endTimeUnixNano });
      return message ?? [spans[0]?.startUs, spans[0]?.durationUs];
    };
    expect(times('1764331200123456789', '1764331200123458999')).to.deep.equal([1_764_331_200_123_456, 2]);
    expect(times(1_000_000, 3_000_999)).to.deep.equal([1_000, 2_000]);
    expect(times('999', '1000')).to.deep.equal([0, 1]);
    expect(times('5000')).to.deep.equal([5, 0]);
    expect(times('5000', '4000')).to.deep.equal([5, 0]);
    expect(times(undefined, null)).to.deep.equal([0, 0]);
    expect(times(String(2n ** 64n - 1n))).to.deep.equal([Number(2n ** 64n / 1_000n), 0]);
    for (const malformed of ['-1', 'now', '1.5', '9'.repeat(20), '9'.repeat(21), -1, 1e20, 1e300, [], {}, true]) {
      expect(times(malformed), JSON.stringify(malformed)).to.equal('"startTimeUnixNano" is not what OTLP has there');
    }
  });

  it('has kinds and statuses as numbers or names, and unknown ones as the first', () => {
    const kind = (given: unknown): unknown => parse({ ...ids, kind: given }).spans[0]?.kind;
    expect([0, 1, 2, 3, 4, 5, 6, undefined, null].map(kind)).to.deep.equal([
      'internal',
      'internal',
      'server',
      'client',
      'producer',
      'consumer',
      'internal',
      'internal',
      'internal',
    ]);
    expect(['SPAN_KIND_CONSUMER', 'SPAN_KIND_UNSPECIFIED', 'SPAN_KIND_LATER'].map(kind)).to.deep.equal([
      'consumer',
      'internal',
      'internal',
    ]);
    const status = (given: unknown): unknown => parse({ ...ids, status: { code: given } }).spans[0]?.status;
    expect([0, 1, 2, 3, 'STATUS_CODE_ERROR', 'STATUS_CODE_OK'].map(status)).to.deep.equal(['unset', 'ok', 'error', 'unset', 'error', 'ok']);
    expect(parse({ ...ids, kind: [] }).message).to.equal('"kind" is not what OTLP has there');
    expect(parse({ ...ids, status: { code: 2, message: 'no' } }).spans[0]).to.include({ status: 'error', statusMessage: 'no' });
  });

  it('has values of each type, and what JSON cannot say as texts', () => {
    for (const [given, value] of [
      [{ stringValue: 'x' }, 'x'],
      [{ stringValue: null }, ''],
      [{ boolValue: true }, true],
      [{ boolValue: false }, false],
      [{ intValue: '42' }, 42],
      [{ intValue: -7 }, -7],
      [{ intValue: '9223372036854775807' }, '9223372036854775807'],
      [{ doubleValue: 1.5 }, 1.5],
      [{ doubleValue: '2.5' }, 2.5],
      [{ doubleValue: 'NaN' }, 'NaN'],
      [{ doubleValue: '-Infinity' }, '-Infinity'],
      [{ doubleValue: '' }, 'NaN'],
      [{ bytesValue: 'AQI=' }, 'AQI='],
      [{ arrayValue: { values: [{ intValue: '1' }, {}] } }, [1, null]],
      [{ arrayValue: {} }, []],
      [{ kvlistValue: { values: [{ key: 'a', value: { boolValue: true } }, { key: 'b' }] } }, { a: true, b: null }],
      [{ laterValue: 1 }, null],
      [{}, null],
      [undefined, null],
    ] as const) {
      expect(parseValue(given), JSON.stringify(given)).to.deep.equal(value);
    }
    for (const given of [
      { intValue: '1.5' },
      { intValue: 1.5 },
      { intValue: true },
      { stringValue: 7 },
      { arrayValue: [] },
      'x',
      { doubleValue: [] },
    ]) {
      expect(() => parseValue(given), JSON.stringify(given)).to.throw(MalformedError);
    }
  });

  it('has no service where none is named, or where its name is no text', () => {
    const service = (attributes?: object[]): string | undefined =>
      parseSpans({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [ids] }] }] }).groups[0]?.origin.service;
    expect(service()).to.equal('unknown_service');
    expect(service([{ key: 'service.name', value: { stringValue: '' } }])).to.equal('unknown_service');
    expect(service([{ key: 'service.name', value: { intValue: 7 } }])).to.equal('unknown_service');
    expect(service([{ key: 'service.name', value: { stringValue: 'orders' } }])).to.equal('orders');
  });

  it('has log lines of traces, with a severity by name or number, and the time when they were seen where they have none', () => {
    const { lines } = parseLogs(
      {
        ...ids,
        severityText: 'Warning',
        severityNumber: 9,
        body: { stringValue: 'x' },
        timeUnixNano: '2000',
        observedTimeUnixNano: '9000',
      },
      { ...ids, severityNumber: 17, observedTimeUnixNano: '3000' },
      { ...ids, severityNumber: 'SEVERITY_NUMBER_DEBUG2' },
      { ...ids, severityNumber: 99 },
      { ...ids },
      { traceId: ids.traceId, body: { stringValue: 'of no span' } },
      { ...ids, eventName: 'order.placed' },
      { traceId: '', spanId: ids.spanId },
      { spanId: '' },
    );
    expect(lines.map(({ severity, timeUs, body }) => [severity, timeUs, body])).to.deep.equal([
      ['Warning', 2, 'x'],
      ['ERROR', 3, null],
      ['DEBUG2', 0, null],
      ['', 0, null],
      ['', 0, null],
      ['', 0, 'of no span'],
      ['', 0, 'order.placed'],
    ]);
    expect(new Set(lines.map(({ spanId, service }) => `${spanId}, ${service}`))).to.deep.equal(
      new Set([`${ids.spanId.toLowerCase()}, unknown_service`, ', unknown_service']),
    );
  });

  it('has log lines without a span, or of no trace, where an id is zeros or of another length', () => {
    for (const spanId of [...zeros(8), 'b'.repeat(15), 'BBBB']) {
      const { lines, message } = parseLogs({ ...ids, spanId, body: { stringValue: 'x' } });
      expect([lines.map((line) => [line.traceId, line.spanId, line.body]), message], spanId).to.deep.equal([
        [['a'.repeat(32), '', 'x']],
        undefined,
      ]);
    }
    for (const traceId of [...zeros(16), 'a'.repeat(31), 'BBBB']) {
      expect(parseLogs({ ...ids, traceId }), traceId).to.deep.equal({ lines: [] });
    }
    expect(parseLogs({ ...ids, spanId: 7 })).to.deep.equal({ lines: [], message: '"spanId" is not what OTLP has there' });
  });

  it('leaves out what is malformed in less time than it takes what is not, however much there is', () => {
    const taken = (run: () => void): number => {
      const before = process.cpuUsage();
      run();
      return process.cpuUsage(before).user;
    };
    const good = Array.from({ length: 50_000 }, () => ids);
    const bad = Array.from({ length: 50_000 }, () => ({}));
    parse(...good.slice(0, 1_000), ...bad.slice(0, 1_000));
    const takesGood = taken(() => expect(parse(...good).spans).to.have.length(50_000));
    expect(taken(() => expect(parse(...bad).message).to.be.a('string'))).to.be.below(takesGood);
  });
});
