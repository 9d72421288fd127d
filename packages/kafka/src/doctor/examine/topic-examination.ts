import type { SeenContext } from '../records/seen-context.ts';
import { keepPlace, mostPlaces, openContexts, type RecordPlace, type SeenRecord } from '../records/seen-record.ts';
import { namesTrace } from '../records/trace-header.ts';
import type { RecordRule } from '../rules/rule.ts';
import type { Copies, ReadOffsets, SpanPlaces, TopicSummary } from '../rules/topic-summary.ts';
import type { NamedTrace } from '../back-ends/ask-for-traces.ts';
import { NamedTraces } from './named-traces.ts';
import type { OriginLog } from './origin-log.ts';
import type { SpanLog } from './span-log.ts';

const mostKinds = 32;
const mostTraces = 2;

/** A record that shows a finding. */
interface Example extends RecordPlace {
  readonly seen: string;
  readonly value?: string | undefined;
  readonly key: Buffer | null;
}

/** What one rule found in a topic. */
export interface Tally {
  records: number;
  readonly examples: Example[];
}

/** Takes in the records of a topic; of each it keeps counts and a few examples. */
export class TopicExamination implements TopicSummary {
  readonly topic: string;
  records = 0;
  withContext = 0;
  withoutHeaders = 0;
  sampled = 0;
  undecided = 0;
  debug = 0;
  readonly formats = new Map<string, number>();
  readonly read = new Map<number, ReadOffsets>();
  readonly multiSpellings = new Set<string>();
  /** Records by what wrote them. */
  readonly senders = new Map<string, number>();
  readonly tallies = new Map<RecordRule, Tally>();
  /** What a back end says of some of them, where one was asked. */
  asked: TopicSummary['traced'] | undefined;
  readonly examples: { readonly context: RecordPlace[]; readonly withoutHeaders: RecordPlace[] } = { context: [], withoutHeaders: [] };
  readonly #rules: readonly RecordRule[];
  readonly #spans: SpanLog;
  readonly #origins: OriginLog;
  readonly #named: NamedTraces;
  readonly #traceIds = new Set<string>();
  readonly #spanIds = new Set<string>();
  #first = Number.POSITIVE_INFINITY;
  #last = 0;

  /** @param of all topics: their logs, and the time of the examination */
  constructor(
    topic: string,
    rules: readonly RecordRule[],
    of: { readonly spans: SpanLog; readonly origins: OriginLog; readonly now: number },
  ) {
    this.topic = topic;
    this.#rules = rules;
    this.#spans = of.spans;
    this.#origins = of.origins;
    this.#named = new NamedTraces(of.now);
  }

  get mostFrequentSpan(): SpanPlaces | undefined {
    return this.#spans.mostFrequent(this.topic);
  }

  get copies(): Copies | undefined {
    return this.#spans.copiesIn(this.topic);
  }

  get lost(): Copies | undefined {
    return this.#origins.lostIn(this.topic);
  }

  get traces(): TopicSummary['traces'] {
    return { count: this.#traceIds.size, spread: Math.max(0, this.#last - this.#first), spans: this.#spanIds.size };
  }

  get traced(): TopicSummary['traced'] {
    return this.asked ?? [];
  }

  /** What a back end is asked for. */
  get namedTraces(): readonly NamedTrace[] {
    return this.#named.all;
  }

  add(record: SeenRecord): void {
    this.records++;
    count(this.senders, record.sender);
    const place = { partition: record.partition, offset: record.offset };
    const index = this.#addOffset(place);
    if (record.contexts.length > 0) this.#addContext(record, place, index);
    else if (!namesTrace(record.headers)) {
      this.withoutHeaders++;
      keepPlace(this.examples.withoutHeaders, place);
    }
    for (const { name } of record.headers.spellings('x-b3-traceid')) if (this.multiSpellings.size < 4) this.multiSpellings.add(name);
    for (const rule of this.#rules) this.#apply(rule, record);
  }

  /** @returns how many records of its partition were read before it */
  #addOffset({ partition, offset }: RecordPlace): number {
    const last = BigInt(offset);
    const { first = last, records = 0 } = this.read.get(partition) ?? {};
    this.read.set(partition, { first, last, records: records + 1 });
    return records;
  }

  #addContext(record: SeenRecord, place: RecordPlace, index: number): void {
    this.withContext++;
    keepPlace(this.examples.context, place);
    const { contexts, timestamp } = record;
    count(this.formats, [...new Set(contexts.map(({ format }) => (format === 'b3multi' ? 'b3' : format)))].sort().join(', '));
    if (contexts.some(isSampled)) this.sampled++;
    else if (contexts.some(isUndecided)) this.undecided++;
    if (contexts.some(({ debug }) => debug)) this.debug++;
    const open = openContexts(record);
    const recorded = open.findLast(isSampled);
    const { traceId, spanId } = (recorded ?? (open.at(-1) as SeenContext)).span;
    if (recorded !== undefined || !open.some(isUndecided))
      this.#named.add({ ...place, traceId, spanId, isSampled: recorded !== undefined, timestamp: timestamp ?? 0 });
    if (this.#traceIds.size < mostTraces) this.#traceIds.add(traceId);
    if (this.#spanIds.size < mostTraces) this.#spanIds.add(spanId);
    if (timestamp !== undefined) {
      this.#first = Math.min(this.#first, timestamp);
      this.#last = Math.max(this.#last, timestamp);
    }
    for (const span of new Set(contexts.map(({ span: each }) => `${each.traceId}-${each.spanId}`))) this.#spans.add(span, record, index);
  }

  #apply(rule: RecordRule, record: SeenRecord): void {
    const observation = rule.inspect(record);
    if (observation === undefined) return;
    let tally = this.tallies.get(rule);
    if (tally === undefined) this.tallies.set(rule, (tally = { records: 0, examples: [] }));
    tally.records++;
    const { partition, offset, key } = record;
    // A thousand times the same says no more than once.
    if (tally.examples.length < mostPlaces) tally.examples.push({ partition, offset, key: key && startOf(key), ...observation });
  }
}

function isSampled({ span }: SeenContext): boolean {
  return (span.traceFlags & 1) === 1;
}

function isUndecided({ sampling }: SeenContext): boolean {
  return sampling === 'defer';
}

/** A copy: a part of a key would keep the whole answer of the broker that it came in. */
function startOf(key: Buffer): Buffer {
  return Buffer.from(key.subarray(0, 128));
}

function count(counts: Map<string, number>, what: string): void {
  const before = counts.get(what);
  if (before !== undefined || counts.size < mostKinds) counts.set(what, (before ?? 0) + 1);
}
