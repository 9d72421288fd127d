import type { Entry, Journal, Place } from '../judge/journal.ts';

interface OpenBlock {
  readonly member: string;
  wasOk: boolean;
}

/**
 * Checks members' health while a write is rejected: from the first report that the write blocks a partition to
 * the next, the member must not be ok. Only the next report proves that the partition was this member's in between.
 */
export function watchHealth(journal: Journal, isOk: (member: string) => boolean): void {
  const open = new Map<string, OpenBlock>();
  journal.onEntry((entry) => {
    for (const block of open.values()) if (!block.wasOk && isOk(block.member)) block.wasOk = true;
    if (mayEndBlocks.has(entry.kind)) open.clear();
    if (entry.kind !== 'told-blocked' || !entry.reason.endsWith('_unwritable')) return;
    const { member, topic, partition, offset } = entry;
    const key = nameOf(member, { topic, partition, offset });
    const wasOk = open.get(key)?.wasOk === true;
    open.set(key, { member, wasOk: false });
    if (wasOk) journal.write({ kind: 'ok-while-blocked', member, topic, partition, offset });
  });
}

const mayEndBlocks: ReadonlySet<Entry['kind']> = new Set([
  'rebalanced',
  'joined',
  'left',
  'created',
  'deleted',
  'truncated',
  'dead-lettered',
  'delayed',
]);

function nameOf(member: string, { topic, partition, offset }: Place): string {
  return `${member} ${topic}/${partition}@${offset}`;
}
