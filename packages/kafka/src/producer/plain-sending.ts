import type { Attributes, Span } from '@opentelemetry/api';
import type { MessageLike, RecordLike, RecordMetadataLike } from '../client/kafka-client.ts';
import { fault } from '../core/guard.ts';
import type { Outcome, Watched } from '../core/outcome.ts';
import type { KafkaTracing } from '../telemetry/client-telemetry.ts';
import { describeOffset } from '../telemetry/message-attributes.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import { Attr } from '../telemetry/semconv.ts';
import { recordSend } from './send-metrics.ts';
import { recordSent } from './traced-send.ts';

/** The client's own method. */
export type Send = (record: RecordLike) => Promise<readonly RecordMetadataLike[]>;

/** One message on its way, whose span has started: what is sent, and what is told of the answer. */
export class PlainSending implements Watched<ReturnType<Send>> {
  readonly #tracing: KafkaTracing<ProducerOptions>;
  readonly #send: Send;
  /** What was known of the client when the span started. */
  readonly #identity: Attributes;
  /** The caller's own, as the message. */
  readonly #record: RecordLike;
  readonly #rewritten: RecordLike;
  readonly #message: MessageLike;
  readonly #span: Span;
  #startedAt: number | undefined;

  constructor(
    tracing: KafkaTracing<ProducerOptions>,
    send: Send,
    identity: Attributes,
    record: RecordLike,
    rewritten: RecordLike,
    message: MessageLike,
    span: Span,
  ) {
    this.#tracing = tracing;
    this.#send = send;
    this.#identity = identity;
    this.#record = record;
    this.#rewritten = rewritten;
    this.#message = message;
    this.#span = span;
  }

  run(): ReturnType<Send> {
    if (this.#tracing.isMeasured) this.#startedAt = performance.now();
    const send = this.#send;
    return send(this.#rewritten);
  }

  ended(outcome: Outcome<ReturnType<Send>>): void {
    const tracing = this.#tracing;
    const span = this.#span;
    const { topic, messages } = this.#record;
    const seconds = this.#startedAt === undefined ? undefined : (performance.now() - this.#startedAt) / 1_000;
    const learned = tracing.identity.attributes;
    if (learned !== this.#identity) this.#describe(learned);
    if (outcome.failed || !this.#recordAnswer(outcome.value, seconds)) this.#recordAnyAnswer(outcome, seconds);
    tracing.end(span, topic, messages, outcome.failed ? outcome : undefined, tracing.options.onSend);
  }

  // Apart, as are others below: what a function holds on to is kept for it at each call.
  #describe(learned: Attributes): void {
    this.#tracing.describe(this.#span, () => learned);
  }

  /** @returns whether the answer is the usual one: the one partition that has the message now, with its offset */
  #recordAnswer(answer: unknown, seconds: number | undefined): boolean {
    const tracing = this.#tracing;
    const span = this.#span;
    const message = this.#message;
    try {
      if (!Array.isArray(answer) || answer.length !== 1) return false;
      const { topicName, partition, errorCode, baseOffset, offset } = (answer[0] ?? {}) as RecordMetadataLike;
      if (topicName !== this.#record.topic || errorCode !== 0 || typeof partition !== 'number') return false;
      if (message.partition !== undefined && message.partition !== partition) return false;
      if (span.isRecording()) {
        span.setAttribute(Attr.PARTITION_ID, String(partition));
        describeOffset(span, baseOffset ?? offset, tracing.semconv);
      }
    } catch (error) {
      fault('reading the broker’s answer', error, tracing);
      return false;
    }
    if (seconds !== undefined) this.#measure(seconds);
    return true;
  }

  #recordAnyAnswer(outcome: Outcome<ReturnType<Send>>, seconds: number | undefined): void {
    const record = this.#record;
    const { topic, messages } = record;
    const sendFirst = ([first]: readonly RecordLike[]): ReturnType<Send> => this.#send(first as RecordLike);
    recordSent(this.#tracing, { entries: [record], record, send: sendFirst }, { topic, messages }, this.#span, outcome, seconds);
  }

  #measure(seconds: number): void {
    const record = this.#record;
    try {
      recordSend(this.#tracing, [record], record.topic, { seconds, error: undefined, lost: undefined });
    } catch (error) {
      fault('recording metrics', error, this.#tracing);
    }
  }
}
