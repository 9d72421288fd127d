import type { OutgoingRecords } from '../../port/engine-clients.ts';
import type { RecordMetadataLike } from '../../port/message.ts';
import { partitionKey } from '../../port/topic-partition.ts';
import { ConfluentSender } from './producer.ts';

/**
 * Sends records of which those of a partition stay in order: librdkafka (2.15.1) writes several requests of a partition one after the other,
 * with one request in flight (`max.in.flight`), too, and one that a broker refuses comes again behind the next. To an idempotent producer
 * the broker refuses the next one as well, once it has a record of it: of a producer that it does not know it takes any. So the first record
 * of each partition goes alone.
 */
export class OrderedSender extends ConfluentSender {
  /** The partitions of which the broker has a record of this producer. */
  readonly #begun = new Set<string>();

  /** @param records of one partition, which they all name, or of any, in no order */
  override async send(records: OutgoingRecords): Promise<readonly RecordMetadataLike[]> {
    const [first, ...others] = records.messages;
    if (first?.partition === undefined) return super.send(records);
    const place = partitionKey(records.topic, first.partition);
    if (this.#begun.has(place)) return super.send(records);
    const answers = await super.send({ ...records, messages: [first] });
    this.#begun.add(place);
    // Its answer has the lowest offset.
    if (others.length > 0) await super.send({ ...records, messages: others });
    return answers;
  }
}
