import { WireType, type BinaryReader } from '@bufbuild/protobuf/wire';

/** A field of a protobuf message, and the member of OTLP's JSON encoding that it becomes. */
export interface Field {
  readonly member: string;
  readonly repeated: boolean;
  readonly wireType: WireType;
  /** The value of a scalar, as the JSON encoding has it; a message has {@link fields} instead. */
  readonly read?: (reader: BinaryReader) => unknown;
  /** Of a message. A function, since values lie in values. */
  readonly fields?: () => Message;
}

/** What OTLP carries. */
export type Signal = 'traces' | 'logs' | 'metrics';

/** The fields of a message by their numbers. What is not here is skipped. */
export type Message = ReadonlyMap<number, Field>;

// Source: opentelemetry-proto 1.7, `trace/v1`, `logs/v1`, `metrics/v1`, `common/v1`, `resource/v1`, `collector/*/v1`.

const text = scalar(WireType.LengthDelimited, (reader) => reader.string());
const bytes = scalar(WireType.LengthDelimited, (reader) => Buffer.from(reader.bytes()).toString('base64'));
const id = scalar(WireType.LengthDelimited, (reader) => Buffer.from(reader.bytes()).toString('hex'));
const time = scalar(WireType.Bit64, (reader) => String(reader.fixed64()));
const int64 = scalar(WireType.Varint, (reader) => String(reader.int64()));
const int32 = scalar(WireType.Varint, (reader) => reader.int32());
const bool = scalar(WireType.Varint, (reader) => reader.bool());
const double = scalar(WireType.Bit64, (reader) => reader.double());

export const anyValue: Message = new Map([
  [1, text('stringValue')],
  [2, bool('boolValue')],
  [3, int64('intValue')],
  [4, double('doubleValue')],
  [5, one('arrayValue', () => new Map([[1, many('values', () => anyValue)]]))],
  [6, one('kvlistValue', () => new Map([[1, many('values', () => keyValue)]]))],
  [7, bytes('bytesValue')],
]);

const keyValue: Message = new Map([
  [1, text('key')],
  [2, one('value', () => anyValue)],
]);

const resource: Message = new Map([[1, many('attributes', () => keyValue)]]);

const scope: Message = new Map([
  [1, text('name')],
  [2, text('version')],
]);

const event: Message = new Map([
  [1, time('timeUnixNano')],
  [2, text('name')],
  [3, many('attributes', () => keyValue)],
]);

const link: Message = new Map([
  [1, id('traceId')],
  [2, id('spanId')],
  [4, many('attributes', () => keyValue)],
]);

const status: Message = new Map([
  [2, text('message')],
  [3, int32('code')],
]);

const span: Message = new Map([
  [1, id('traceId')],
  [2, id('spanId')],
  [4, id('parentSpanId')],
  [5, text('name')],
  [6, int32('kind')],
  [7, time('startTimeUnixNano')],
  [8, time('endTimeUnixNano')],
  [9, many('attributes', () => keyValue)],
  [11, many('events', () => event)],
  [13, many('links', () => link)],
  [15, one('status', () => status)],
]);

const logRecord: Message = new Map([
  [1, time('timeUnixNano')],
  [2, int32('severityNumber')],
  [3, text('severityText')],
  [5, one('body', () => anyValue)],
  [6, many('attributes', () => keyValue)],
  [9, id('traceId')],
  [10, id('spanId')],
  [11, time('observedTimeUnixNano')],
  [12, text('eventName')],
]);

// Of a metric nothing is read but that it is there.
const metric: Message = new Map();

/** `ExportTraceServiceRequest`, `ExportLogsServiceRequest`, `ExportMetricsServiceRequest`. */
export const requests: Readonly<Record<Signal, Message>> = {
  traces: requestOf('resourceSpans', 'scopeSpans', 'spans', span),
  logs: requestOf('resourceLogs', 'scopeLogs', 'logRecords', logRecord),
  metrics: requestOf('resourceMetrics', 'scopeMetrics', 'metrics', metric),
};

function requestOf(ofResources: string, ofScopes: string, records: string, record: Message): Message {
  const scoped: Message = new Map([
    [1, one('scope', () => scope)],
    [2, many(records, () => record)],
  ]);
  const grouped: Message = new Map([
    [1, one('resource', () => resource)],
    [2, many(ofScopes, () => scoped)],
  ]);
  return new Map([[1, many(ofResources, () => grouped)]]);
}

function scalar(wireType: WireType, read: (reader: BinaryReader) => unknown): (member: string) => Field {
  return (member) => ({ member, repeated: false, wireType, read });
}

function one(member: string, fields: () => Message): Field {
  return { member, repeated: false, wireType: WireType.LengthDelimited, fields };
}

function many(member: string, fields: () => Message): Field {
  return { member, repeated: true, wireType: WireType.LengthDelimited, fields };
}
