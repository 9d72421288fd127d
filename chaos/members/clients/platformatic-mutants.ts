import type { fetchV17, offsetCommitV9, ProduceResult } from '@platformatic/kafka';
import type { Mutant } from '../mutants.ts';

/** The request of a commit, in the library's protocol API. */
export type Commit = typeof offsetCommitV9.api.async;

type FetchResponse = fetchV17.FetchResponse;

type Class<T> = new (options: never) => T;

interface Sent {
  readonly messages: readonly { readonly topic: string; readonly partition?: number }[];
}

/** What the members' mistakes are made in, of what the engine takes of the library. */
export interface Library {
  readonly Admin: Class<{ metadata(options: object): Promise<object> }>;
  readonly Consumer: Class<{ fetch(options: object): Promise<FetchResponse> }>;
  readonly Producer: Class<{ send(options: Sent): Promise<ProduceResult> }>;
  readonly offsetCommitV9: { readonly api: { readonly async: Commit } };
}

/** A library that makes the errors of a mutant, whatever `subscribe` asks of it. */
export function mutated(library: Library, mutant: Mutant | undefined): Library {
  switch (mutant) {
    case 'commit-first':
      return commitFirst(library);
    case 'metadata-lies':
      return { ...library, offsetCommitV9: withCommits(library, (position) => ({ ...position, committedMetadata: lie(position) })) };
    case 'keys-ignored':
      return { ...library, Consumer: withFetches(library, ignoreKeys) };
    case 'dead-letters-skipped':
      return { ...library, Producer: withoutErrors(library) };
    case 'clusters-alike':
      return { ...library, Admin: withoutName(library) };
    case 'spans-open':
    case undefined:
      return library;
  }
}

type Position = Parameters<Commit>[5][number]['partitions'][number];

/** Commits what was fetched, handled or not. */
function commitFirst(library: Library): Library {
  const ends = new Map<number, bigint>();
  const Consumer = withFetches(library, ({ responses }) => {
    for (const { partitions } of responses)
      for (const { partitionIndex, records } of partitions) {
        const last = records?.at(-1);
        if (last !== undefined) ends.set(partitionIndex, last.firstOffset + BigInt(last.lastOffsetDelta) + 1n);
      }
  });
  const commitEnd = (position: Position): Position => ({
    ...position,
    committedOffset: ends.get(position.partitionIndex) ?? position.committedOffset,
  });
  return { ...library, Consumer, offsetCommitV9: withCommits(library, commitEnd) };
}

function withCommits({ offsetCommitV9: { api } }: Library, mistake: (position: Position) => Position): Library['offsetCommitV9'] {
  const commit: Commit = (connection, groupId, generation, memberId, instance, topics) => {
    const wrong = topics.map(({ name, partitions }) => ({ name, partitions: partitions.map(mistake) }));
    return api.async(connection, groupId, generation, memberId, instance, wrong);
  };
  return { api: { async: commit } };
}

/** The log as the engine wrote it, and one record more. */
function lie({ committedMetadata }: Position): string {
  return `${(committedMetadata ?? '').split(' ').slice(0, 3).join(' ')} 1+0`;
}

function withFetches({ Consumer }: Library, mistake: (response: FetchResponse) => void): Library['Consumer'] {
  return class extends Consumer {
    override async fetch(options: object): Promise<FetchResponse> {
      const response = await super.fetch(options);
      mistake(response);
      return response;
    }
  };
}

/** Each gets a key of its own: messages without a key would share one queue. */
function ignoreKeys({ responses }: FetchResponse): void {
  for (const { partitions } of responses)
    for (const { records } of partitions)
      for (const batch of records ?? []) for (const record of batch.records) record.key = Buffer.from(String(record.offsetDelta));
}

function withoutName({ Admin }: Library): Library['Admin'] {
  return class extends Admin {
    override async metadata(options: object): Promise<object> {
      return { ...(await super.metadata(options)), id: 'any' };
    }
  };
}

function withoutErrors({ Producer }: Library): Library['Producer'] {
  return class extends Producer {
    override send(request: Sent): Promise<ProduceResult> {
      const claimed = request.messages.map(({ topic, partition = 0 }) => ({ topic, partition, offset: 0n }));
      return super.send(request).catch(() => ({ offsets: claimed }));
    }
  };
}
