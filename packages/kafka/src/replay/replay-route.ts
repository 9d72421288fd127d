import type { AdminPort } from '../client/port/admin.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { AcknowledgedSender } from '../sender/acknowledged-sender.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import { missingPayload, type MissingPayload } from '../dead-letters/missing-payload.ts';
import { placeText } from '../dead-letters/origin-payload.ts';

/** The target of a record. */
export interface Target {
  readonly topic: string;
  /** `undefined`: the key decides. */
  readonly partition: number | undefined;
}

/** The reason why a record has no target. */
export interface Unroutable {
  readonly reason: string;
}

/** Milliseconds for which a topic is assumed to be missing. */
const missingFor = 5_000;

/** A topic that belongs to the brokers: a header that names it is an error, or an attack. */
const internal: ReadonlySet<string> = new Set(['__consumer_offsets', '__transaction_state', '__share_group_state', '__cluster_metadata']);

/** Behind a repartition or a join Kafka Streams names a topic of its own as the one that a record came from. */
const ofStreams = /-(?:changelog|repartition)$|-SUBSCRIPTION-(?:REGISTRATION|RESPONSE)-\d+-topic$/;

/** Finds the topic and the partition of each record to replay; asks the broker which topics exist. */
export class ReplayRoutes {
  readonly #from: string;
  readonly #to: string | undefined;
  readonly #sender: AcknowledgedSender;
  readonly #admin: AdminPort;
  readonly #note: (note: string) => void;
  readonly #missing = new Map<string, { readonly reason: string; readonly until: number }>();

  /**
   * @param options `to`: the topic for all records; without it each record's own
   * @param note called with facts about a target that an operator should know
   */
  constructor(
    options: { readonly from: string; readonly to?: string },
    sender: AcknowledgedSender,
    admin: AdminPort,
    note: (note: string) => void,
  ) {
    this.#from = options.from;
    this.#to = options.to;
    this.#sender = sender;
    this.#admin = admin;
    this.#note = note;
  }

  /** @throws {KafkaTracingError} `topic_missing`: `to` was deleted; what the client throws when the broker does not answer */
  async of(record: DeadLetterRecord): Promise<Target | Unroutable> {
    const payload = missingPayload(record);
    if (payload !== undefined) return { reason: payloadAt(payload) };
    const topic = this.#to ?? record.originalTopic;
    const illegal = this.#illegal(topic);
    if (illegal !== undefined) return { reason: `${illegal}. Name a topic to send it to: to, or --to` };
    return this.#in(topic as string, record);
  }

  #illegal(topic: string | undefined): string | undefined {
    if (topic === undefined || topic === '') return 'no header says which topic it came from';
    if (!/^[\w.-]{1,249}$/.test(topic) || topic === '.' || topic === '..')
      return `the topic that its header names, ${JSON.stringify(topic.slice(0, 249))}, cannot exist`;
    if (topic === this.#from) return 'it names the dead-letter topic as the one that it came from';
    if (internal.has(topic)) return `it names "${topic}", which is Kafka's own`;
    if (this.#to === undefined && ofStreams.test(topic)) return `it names "${topic}", an inner topic of Kafka Streams`;
    return undefined;
  }

  async #in(topic: string, { originalPartition }: DeadLetterRecord): Promise<Target | Unroutable> {
    const missing = this.#missing.get(topic);
    if (missing !== undefined && performance.now() < missing.until) return { reason: missing.reason };
    try {
      const partitions = await this.#sender.partitions(topic);
      if (this.#to === undefined) await this.#noteOfMirror(topic);
      // Its own partition, which has the rest of its key. When that no longer exists, the key is spread over fewer partitions anyway.
      const isThere = this.#to === undefined && partitions.some(({ partitionId }) => partitionId === originalPartition);
      return { topic, partition: isThere ? originalPartition : undefined };
    } catch (error) {
      if (!(error instanceof KafkaTracingError) || error.code !== 'topic_missing' || this.#to !== undefined) throw error;
      const mirrored = await this.#mirrored(topic);
      const hint = mirrored === undefined ? 'Create it, or name another: to, or --to' : `Did you mean --to ${mirrored}?`;
      const reason = `the topic that it came from, "${topic}", does not exist, or this client may not see it. ${hint}`;
      this.#missing.set(topic, { reason, until: performance.now() + missingFor });
      return { reason };
    }
  }

  /** The name that a mirror of another cluster gave `topic`: the dead-letter topic's name shows the prefix. */
  async #mirrored(topic: string): Promise<string | undefined> {
    const at = this.#from.indexOf(topic);
    const name = this.#from.slice(0, at + topic.length);
    return at > 0 && (await this.#admin.listTopics()).includes(name) ? name : undefined;
  }

  readonly #noted = new Set<string>();

  async #noteOfMirror(topic: string): Promise<void> {
    if (this.#noted.has(topic)) return;
    this.#noted.add(topic);
    const mirrored = await this.#mirrored(topic);
    if (mirrored !== undefined)
      this.#note(`"${this.#from}" looks mirrored, and its records go to "${topic}". To send them to the mirrored topic: --to ${mirrored}`);
  }
}

function payloadAt({ place }: MissingPayload): string {
  return `payload not in the record${place === undefined ? '' : `: it stood at ${placeText(place)}`}`;
}
