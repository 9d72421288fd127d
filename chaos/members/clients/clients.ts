import { mutants, type Mutant } from '../mutants.ts';
import type { MemberClient } from './member-client.ts';

interface ClientEntry {
  readonly title: string;
  /** Whether there are errors after which a member stops. */
  readonly canCrash: boolean;
  /** The mutants that its members can be. */
  readonly mistakes: readonly Mutant[];
  /** @throws when the library is not installed */
  readonly load: () => Promise<MemberClient>;
}

const everyMistake = Object.keys(mutants) as Mutant[];

/** The client libraries of members, by their names on the command line. */
export const clients = {
  kafkajs: {
    title: 'kafkajs',
    canCrash: true,
    mistakes: everyMistake,
    load: async () => (await import('./kafkajs.ts')).kafkajsMember,
  },
  confluent: {
    title: '@confluentinc/kafka-javascript',
    canCrash: false,
    // Its threads fetch, and tell the name of the cluster.
    mistakes: ['metadata-lies', 'dead-letters-skipped', 'spans-open'],
    load: async () => (await import('./confluent.ts')).confluentMember,
  },
  platformatic: {
    title: '@platformatic/kafka',
    canCrash: false,
    mistakes: everyMistake,
    load: async () => (await import('./platformatic.ts')).platformaticMember,
  },
} as const satisfies Readonly<Record<string, ClientEntry>>;

/** The name of a client library. */
export type ClientName = keyof typeof clients;

/** Whether there is a client library of this name. */
export function isClientName(name: string): name is ClientName {
  return Object.hasOwn(clients, name);
}
