import { keepPlace, type RecordPlace, type SeenRecord } from '../records/seen-record.ts';
import type { Copies, SpanPlaces } from '../rules/topic-summary.ts';

/** More are not remembered: some 50 MB. */
const mostSpans = 100_000;
const mostDigests = 3;
/** A topic by topic copy of a span beyond these is not told apart. */
const mostTopics = 4;

/** Milliseconds. Messages of one `sendBatch` carry one span in several topics, and are written together. */
const together = 1_000;

interface Stay {
  readonly topic: string;
  records: number;
  first: number;
  last: number;
  readonly hasOrigin: boolean;
  /** The smallest of them: those of a copy are the same, in whatever order its partitions are read. */
  readonly digests: string[];
  /** The last of them, by its place among the records that were read. */
  at: { readonly partition: number; readonly index: number };
  isApart: boolean;
  readonly places: RecordPlace[];
}

/** In which topics each span stands, and since when. */
export class SpanLog {
  readonly #spans = new Map<string, Stay[]>();
  /** By topic, the stays of each span that stands in it: a look at all spans for each topic would take minutes for a thousand. */
  readonly #topics = new Map<string, Stay[][]>();

  /**
   * @param span the span of the record's context
   * @param index how many records of its partition were read before it
   */
  add(span: string, record: SeenRecord, index: number): void {
    const { topic, partition, offset, headers, digest } = record;
    const timestamp = record.timestamp ?? 0;
    let stays = this.#spans.get(span);
    if (stays === undefined) {
      if (this.#spans.size === mostSpans) return;
      this.#spans.set(span, (stays = []));
    }
    const stay = stays.find((each) => each.topic === topic);
    if (stay !== undefined) {
      stay.records++;
      stay.isApart ||= stay.at.partition === partition && index > stay.at.index + 1;
      stay.at = { partition, index };
      stay.first = Math.min(stay.first, timestamp);
      stay.last = Math.max(stay.last, timestamp);
      keepPlace(stay.places, record);
      keepDigest(stay.digests, digest);
    } else if (stays.length < mostTopics) {
      const hasOrigin = headers.has('tracelink-origin');
      stays.push({
        topic,
        records: 1,
        first: timestamp,
        last: timestamp,
        hasOrigin,
        digests: digest === undefined ? [] : [digest],
        at: { partition, index },
        isApart: false,
        places: [{ partition, offset }],
      });
      const here = this.#topics.get(topic);
      if (here === undefined) this.#topics.set(topic, [stays]);
      else here.push(stays);
    }
  }

  /** The span that most records of a topic carry. */
  mostFrequent(topic: string): SpanPlaces | undefined {
    let most: Stay | undefined;
    for (const stays of this.#topics.get(topic) ?? [])
      for (const stay of stays) if (stay.topic === topic && stay.records > (most?.records ?? 0)) most = stay;
    return most && { records: most.records, spread: most.last - most.first, isApart: most.isApart, places: most.places };
  }

  /** The spans of a topic whose records are copies of records of another one. */
  copiesIn(topic: string): Copies | undefined {
    let [from, records]: [string | undefined, number] = [undefined, 0];
    const places: RecordPlace[] = [];
    for (const stays of this.#topics.get(topic) ?? []) {
      const here = stays.find((stay) => stay.topic === topic);
      const before = here && stays.find((stay) => stay !== here && isCopied(stay, here));
      if (here === undefined || before === undefined) continue;
      from ??= before.topic;
      records += here.records;
      for (const place of here.places) keepPlace(places, place);
    }
    return from === undefined ? undefined : { from, records, places };
  }
}

function keepDigest(digests: string[], digest: string | undefined): void {
  if (digest === undefined || digests.includes(digest)) return;
  digests.push(digest);
  digests.sort();
  digests.length = Math.min(digests.length, mostDigests);
}

/**
 * That records lost tracelink’s own headers tells them from messages that were sent together; or that they came later than messages of one
 * send can, with the key and the value of those before. Timestamps alone prove nothing: an application may give those of its events.
 */
function isCopied(before: Stay, here: Stay): boolean {
  if (before.first > here.first) return false;
  if (before.hasOrigin && !here.hasOrigin) return true;
  return here.first - before.last > together && here.digests.some((digest) => before.digests.includes(digest));
}
