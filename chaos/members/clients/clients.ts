import type { MemberClient } from './member-client.ts';

/** The client libraries of members, by their names on the command line. */
export const clients = {
  kafkajs: {
    title: 'kafkajs',
    /** Whether there are errors after which a member stops. */
    canCrash: true,
    load: async (): Promise<MemberClient> => (await import('./kafkajs.ts')).kafkajsMember,
  },
  platformatic: {
    title: '@platformatic/kafka',
    canCrash: false,
    load: async (): Promise<MemberClient> => (await import('./platformatic.ts')).platformaticMember,
  },
} as const;

/** The name of a client library. */
export type ClientName = keyof typeof clients;

/** Whether there is a client library of this name. */
export function isClientName(name: string): name is ClientName {
  return Object.hasOwn(clients, name);
}
