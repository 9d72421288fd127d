import type { Entry, Place } from './journal.ts';

/** Finds records by their current or earlier position: a topic that was created again has several with the same offset. */
export class RecordPlaces {
  readonly #ids = new Map<string, number[]>();
  /** By member, failed records, the last first. */
  readonly #failed = new Map<string, number[]>();

  take(entry: Entry): void {
    if (entry.kind === 'sent' || entry.kind === 'delayed') {
      const at = name(entry);
      this.#ids.set(at, [...(this.#ids.get(at) ?? []), entry.id]);
    }
    if (entry.kind === 'failed') this.#failed.set(entry.member, [entry.id, ...(this.#failed.get(entry.member) ?? [])]);
  }

  /** Of the records that a member may mean by a position, the one that it failed to handle last. */
  lastFailed(member: string, place: Place): number | undefined {
    const ids = this.#ids.get(name(place)) ?? [];
    return this.#failed.get(member)?.find((id) => ids.includes(id));
  }
}

function name({ topic, partition, offset }: Place): string {
  return `${topic}/${partition}@${offset}`;
}
