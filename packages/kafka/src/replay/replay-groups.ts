import type { AdminPort } from '../client/port/admin.ts';
import { kafkaErrorName } from '../client/port/kafka-error.ts';
import { replayGroupValue } from '../sender/record-headers.ts';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';

/**
 * Decides which group a replayed record is for: the one that failed, as the others have handled it. When that group does not read
 * the topic, the record is for every group: restricted to a group that does not read it, it would be lost.
 */
export class ReplayGroups {
  readonly #admin: AdminPort;
  readonly #isOn: boolean;
  readonly #note: (note: string) => void;
  readonly #known = new Map<string, Promise<boolean>>();

  /** @param note called with a text about records that every group will handle */
  constructor(admin: AdminPort, isOn: boolean, note: (note: string) => void) {
    this.#admin = admin;
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
    try {
      const [group] = (await this.#admin.describeGroups([groupId])).groups;
      const members = group?.members ?? [];
      if (members.some(({ topics }) => topics?.includes(topic))) return true;
      // A commit may be left of a topic that the group no longer reads: while it has members, they tell.
      if (members.length > 0 && members.every(({ topics }) => topics !== undefined)) return false;
      const commits = await this.#admin.fetchOffsets({ groupId });
      const committed = commits.filter(({ partitions }) => partitions.some(({ offset }) => BigInt(offset) >= 0n));
      // A group that has members and not committed anything has just begun to read.
      return committed.length === 0 ? members.length > 0 : committed.some((each) => each.topic === topic);
    } catch (error) {
      // An account that may replay need not be allowed to describe every group.
      if (kafkaErrorName(error) === 'GROUP_AUTHORIZATION_FAILED') return false;
      throw error;
    }
  }
}
