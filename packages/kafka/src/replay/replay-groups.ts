import type { EngineClients } from '../client/port/engine-clients.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { replayGroupValue } from '../sender/record-headers.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';

const unknown: ReadonlySet<string> = new Set(['GROUP_AUTHORIZATION_FAILED', 'UNKNOWN_TOPIC_OR_PARTITION']);

/**
 * Decides which group a replayed record is for: the one that failed, as the others have handled it. When that group does not read
 * the topic, the record is for every group: restricted to a group that does not read it, it would be lost.
 */
export class ReplayGroups {
  readonly #clients: EngineClients;
  readonly #isOn: boolean;
  readonly #note: (note: string) => void;
  readonly #known = new Map<string, Promise<boolean>>();

  /** @param note called with a text about records that every group will handle */
  constructor(clients: EngineClients, isOn: boolean, note: (note: string) => void) {
    this.#clients = clients;
    this.#isOn = isOn;
    this.#note = note;
  }

  /** @returns the value of the header that names the group; `undefined` for all groups */
  async of({ groupId }: DeadLetterRecord, topic: string): Promise<string | undefined> {
    if (!this.#isOn) return undefined;
    // A value that is no text was not written by a consumer: no group has that name.
    if (groupId === undefined || groupId === '' || groupId.includes('\ufffd')) {
      this.#note(`Records without a consumer group in their headers: every group of "${topic}" handles them`);
      return undefined;
    }
    const value = replayGroupValue(topic, groupId);
    let reads = this.#known.get(value);
    if (reads === undefined) this.#known.set(value, (reads = this.#reads(groupId, topic)));
    if (await reads) return value;
    this.#note(`The group "${groupId}" does not read "${topic}": every group of that topic handles the records it failed at`);
    return undefined;
  }

  async #reads(groupId: string, topic: string): Promise<boolean> {
    // One client for each question: kafkajs asks again for every topic that it was once asked for, even when it was deleted.
    const admin = this.#clients.admin();
    try {
      await admin.connect();
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
      if (committed?.partitions.some(({ offset }) => BigInt(offset) >= 0n) === true) return true;
      const [group] = (await admin.describeGroups([groupId])).groups;
      return (group?.members.length ?? 0) > 0;
    } catch (error) {
      // An account that may replay need not be allowed to describe every group.
      if (unknown.has(kafkaErrorName(error))) return false;
      throw error;
    } finally {
      await admin.disconnect();
    }
  }
}
