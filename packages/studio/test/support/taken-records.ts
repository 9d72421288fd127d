import type { ToldSpan } from './otlp.ts';

/** Where a record is, and who takes it. */
interface Place {
  readonly partition?: string;
  readonly offset: number | string;
  /** Absent where the span does not say it. */
  readonly group?: string;
}

type Naming = (operation: string, place: Place) => ToldSpan['attributes'] & object;

/** The attributes of a span about a record of `orders.placed`, by the semantic conventions of which they are. */
export const namings: Readonly<Record<string, Naming>> = {
  '1.45': (operation, { partition = '0', offset, group }) => ({
    'messaging.destination.name': 'orders.placed',
    'messaging.operation.type': operation,
    'messaging.destination.partition.id': partition,
    'kafka.offset': offset,
    ...(group !== undefined && { 'messaging.consumer.group.name': group }),
  }),
  '1.44': (operation, { partition = '0', offset, group }) => ({
    'messaging.destination.name': 'orders.placed',
    'messaging.operation.type': operation,
    'messaging.destination.partition.id': partition,
    'messaging.kafka.offset': offset,
    ...(group !== undefined && { 'messaging.consumer.group.name': group }),
  }),
  'before them': (operation, { partition = '0', offset, group }) => ({
    'messaging.destination': 'orders.placed',
    'messaging.operation': operation,
    'messaging.kafka.partition': Number(partition),
    'messaging.kafka.message.offset': offset,
    ...(group !== undefined && { 'messaging.kafka.consumer.group': group }),
  }),
};
