import type { SpanContext } from '@opentelemetry/api';
import type { FetchedRecord } from '../../client/port/message.ts';
import { partitionKey } from '../../client/record.ts';
import { readDeadLetterRecord } from '../../dead-letters/dead-letter-record.ts';
import { DeliveryHeader } from '../../subscribe/headers/delivery-headers.ts';
import { isOneTrace, spanIn } from '../records/seen-context.ts';
import { keepPlace, type RecordPlace, type SeenRecord } from '../records/seen-record.ts';
import type { Copies } from '../rules/topic-summary.ts';

/** More records are not remembered: some 50 MB. */
const most = 100_000;

/** What follows the name of a topic in the names of its retry and dead-letter topics. */
const isOfFailures = /^[._-](?:.*[._-])?(?:retry|retries|dlt|dlq|dead[._-]?letters?)(?:[._-]|$)/i;

/** A record that others may come from. */
interface Origin {
  readonly topic: string;
  readonly timestamp: number | undefined;
  readonly contexts: readonly SpanContext[];
}

/** A record that may come from another one. */
interface Sent extends RecordPlace {
  readonly contexts: readonly SpanContext[];
  /** Where it says that it comes from. */
  readonly origin: string | undefined;
  readonly originTimestamp: number | undefined;
  /** Of its key and value, in a topic of failures. */
  readonly digest: string | undefined;
}

/**
 * From which record a record of a retry or dead-letter topic comes: by the headers in which it says so; without them, in a topic that is
 * named after another one, by a key and a value that one record of that topic has.
 */
export class OriginLog {
  readonly #places = new Map<string, Origin>();
  /** By the topic and the digest of key and value; `undefined` where several records have them. */
  readonly #digests = new Map<string, Origin | undefined>();
  readonly #sent = new Map<string, Sent[]>();
  /** By the name of a topic of failures, the topic that it is named after. */
  readonly #named: ReadonlyMap<string, string>;
  /** The topics that others are named after. */
  readonly #origins: ReadonlySet<string>;
  #count = 0;

  /** @param topics that are looked at */
  constructor(topics: readonly string[]) {
    this.#named = new Map(topics.flatMap((topic) => topics.filter((other) => isNamedAfter(topic, other)).map((other) => [topic, other])));
    this.#origins = new Set(this.#named.values());
  }

  add(record: SeenRecord, message: FetchedRecord): void {
    if (this.#count === most) return;
    this.#count++;
    const { topic, partition, offset, timestamp } = record;
    const contexts = contextsOf(record);
    const origin: Origin = { topic, timestamp, contexts };
    this.#places.set(placeOf(topic, partition, offset), origin);
    const isFailure = this.#named.has(topic);
    // Nothing else ties two records here: without a key, a value says too little.
    const digest = record.key !== null && (isFailure || this.#origins.has(topic)) ? record.digest : undefined;
    if (digest !== undefined && !isFailure) {
      const key = `${topic}/${digest}`;
      this.#digests.set(key, this.#digests.has(key) ? undefined : origin);
    }
    const { originalTopic, originalPartition, originalOffset, originalTimestamp } = readDeadLetterRecord(topic, partition, message);
    const isTold = originalTopic !== undefined && originalPartition !== undefined && originalOffset !== undefined;
    if (!isTold && (!isFailure || digest === undefined)) return;
    let sent = this.#sent.get(topic);
    if (sent === undefined) this.#sent.set(topic, (sent = []));
    sent.push({
      partition,
      offset,
      contexts,
      digest,
      originTimestamp: originalTimestamp,
      origin: isTold ? placeOf(originalTopic, originalPartition, originalOffset) : undefined,
    });
  }

  /** The records of a topic that do not continue the trace of the record that they come from. */
  lostIn(topic: string): Copies | undefined {
    let [from, records]: [string | undefined, number] = [undefined, 0];
    const places: RecordPlace[] = [];
    for (const sent of this.#sent.get(topic) ?? []) {
      const origin = this.#originOf(topic, sent);
      if (origin === undefined || origin.contexts.length === 0) continue;
      if (sent.contexts.some((one) => origin.contexts.some((other) => isOneTrace(one, other)))) continue;
      from ??= origin.topic;
      records++;
      keepPlace(places, sent);
    }
    return from === undefined ? undefined : { from, records, places };
  }

  #originOf(topic: string, { origin, originTimestamp, digest, contexts }: Sent): Origin | undefined {
    if (origin !== undefined) {
      const told = this.#places.get(origin);
      // Of another life of the topic where it was made anew.
      return told === undefined || (originTimestamp ?? told.timestamp) !== told.timestamp ? undefined : told;
    }
    // Equal values come up by chance, too: a record with a context of its own may be another one.
    return contexts.length > 0 ? undefined : this.#digests.get(`${this.#named.get(topic)}/${digest}`);
  }
}

function isNamedAfter(topic: string, other: string): boolean {
  return topic.startsWith(other) && isOfFailures.test(topic.slice(other.length)) && !isOfFailures.test(`.${other}`);
}

function placeOf(topic: string, partition: number, offset: string): string {
  return `${partitionKey(topic, partition)}/${offset}`;
}

/** All that the headers say: a record that links to where it comes from names that in a header of its own. */
function contextsOf({ contexts, written, headers }: SeenRecord): SpanContext[] {
  const linked = ['tracelink-origin', DeliveryHeader.FAILED_ATTEMPT].map((name) => spanIn(headers.text(name)));
  return [...contexts.map(({ span }) => span), written, ...linked].filter((each) => each !== undefined);
}
