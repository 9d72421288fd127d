import { SharedWork } from '../../../core/shared-work.ts';
import type { CommitPosition } from '../../port/group-member.ts';
import { asked } from '../errors/client-errors.ts';
import { Coordinator } from './coordinator.ts';
import type { Api, Consumer } from './shapes.ts';

/** Who a member is in one generation of its group. */
export interface Generation {
  readonly memberId: string;
  readonly generationId: number;
}

/** The newest versions that are asked for; a broker may know older ones only. */
const newest = { OffsetCommit: 9, Heartbeat: 4 } as const;

/**
 * Requests to the coordinator in the name of one generation of a member, by the library's protocol API: its own `commit` takes no
 * metadata, and is of the generation that the member is in by then; a heartbeat cannot be asked for.
 */
export class GroupRequests {
  readonly #library: Readonly<Record<string, unknown>>;
  readonly #consumer: Consumer;
  readonly #coordinator: Coordinator;
  readonly #apis = {
    OffsetCommit: new SharedWork(() => this.#find('OffsetCommit')),
    Heartbeat: new SharedWork(() => this.#find('Heartbeat')),
  } satisfies Record<keyof typeof newest, unknown>;

  constructor(library: object, consumer: Consumer) {
    this.#library = library as Readonly<Record<string, unknown>>;
    this.#consumer = consumer;
    this.#coordinator = new Coordinator(consumer);
  }

  /** @throws the coordinator's refusal, as the port has it */
  async heartbeat({ memberId, generationId }: Generation): Promise<void> {
    const { groupId, groupInstanceId } = this.#consumer;
    await this.#ask('Heartbeat', groupId, generationId, memberId, groupInstanceId);
  }

  /** Resolves when the coordinator has acknowledged all positions. @throws its refusal, as the port has it */
  async commit({ memberId, generationId }: Generation, positions: readonly CommitPosition[]): Promise<void> {
    const { groupId, groupInstanceId } = this.#consumer;
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([name, each]) => ({
      name,
      partitions: each.map(({ partition, offset, metadata }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: metadata,
      })),
    }));
    await this.#ask('OffsetCommit', groupId, generationId, memberId, groupInstanceId, topics);
  }

  /** Leaves the group if it lets the member leave, and closes the client. Never rejects. */
  close(): Promise<void> {
    return this.#coordinator.close();
  }

  async #ask(name: keyof typeof newest, ...request: readonly unknown[]): Promise<void> {
    const api = await this.#apis[name].get();
    await asked(this.#coordinator.ask((connection) => api.async(connection, ...request)));
  }

  async #find(name: keyof typeof newest): Promise<Api> {
    const apis = await asked(this.#consumer.listApis());
    const most = Math.min(newest[name], apis.find((api) => api.name === name)?.maxVersion ?? newest[name]);
    const exported = this.#library[`${name.charAt(0).toLowerCase()}${name.slice(1)}V${most}`] as { readonly api: Api };
    return exported.api;
  }
}
