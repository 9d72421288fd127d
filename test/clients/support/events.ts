/** A line that a client's program prints: what it saw, for the test to judge. Unknown fields are not read. */
export type Event =
  /** A message as a group's member read it. */
  | {
      readonly event: 'record';
      readonly partition: number;
      readonly offset: number;
      readonly key: string | null;
      readonly value: string;
      readonly headers: readonly (readonly [string, string])[];
    }
  /** The offset that a group has committed. */
  | { readonly event: 'committed'; readonly partition: number; readonly offset: number }
  /** The partitions of each member of a group that is at rest. */
  | { readonly event: 'assigned'; readonly assignor: string; readonly members: readonly (readonly number[])[] }
  /** A message that one of several members read. */
  | { readonly event: 'shared'; readonly assignor: string; readonly member: number; readonly partition: number; readonly value: string }
  /** How many rebalances it took until a static member was back. */
  | { readonly event: 'returned'; readonly partitions: readonly number[]; readonly rebalances: number }
  /** A message as somebody outside of groups read it. */
  | {
      readonly event: 'read';
      readonly isolation: 'committed' | 'uncommitted';
      readonly partition: number;
      readonly offset: number;
      readonly value: string;
    }
  /** Whether the older of two producers of one transactional id was told so. */
  | { readonly event: 'fenced'; readonly error: string }
  /** What an admin found out. */
  | { readonly event: 'fact'; readonly name: string; readonly value: unknown };

/** The events of this kind, in order. */
export function eventsOf<K extends Event['event']>(events: readonly Event[], kind: K): readonly Extract<Event, { readonly event: K }>[] {
  return events.filter((event): event is Extract<Event, { readonly event: K }> => event.event === kind);
}
