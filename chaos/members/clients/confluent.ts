import { createRequire } from 'node:module';
import { tell, type CommittedPosition } from '../../judge/journal.ts';
import { mutated } from './confluent-mutants.ts';
import type { ConsumerConfig, Library, Position, Produced, Report } from './confluent-shapes.ts';
import type { MemberClient, WatchedClients } from './member-client.ts';

// Not among the dependencies, since it has a binary part.
const library = createRequire(import.meta.url)('@confluentinc/kafka-javascript') as Library;

/** Members on `@confluentinc/kafka-javascript`. */
export const confluentMember: MemberClient = {
  clients: ({ brokers, topic, at, mutant }) => {
    return {
      library: mutated(watchedLibrary(topic, at), mutant),
      options: { 'client.id': 'chaos-member', 'bootstrap.servers': brokers.join(','), 'reconnect.backoff.max.ms': 1_000 },
    };
  },
  consumer: ({ sessionTimeout, fetchBytes }) => ({
    'session.timeout.ms': sessionTimeout,
    'heartbeat.interval.ms': sessionTimeout / 10,
    'max.poll.interval.ms': 6_000,
    'fetch.wait.max.ms': 100,
    'max.partition.fetch.bytes': fetchBytes,
  }),
  producer: { 'message.timeout.ms': 3_000 },
};

/** Threads of the library send what it was given, while this process stands still, too: what it took counts as sent. */
function watchedLibrary(topic: string, at: WatchedClients['at']): Library {
  return {
    ...library,
    KafkaConsumer: class extends library.KafkaConsumer {
      readonly #asked: Map<string, CommittedPosition>;

      constructor(config: ConsumerConfig, topicConfig: object) {
        const asked = new Map<string, CommittedPosition>();
        const answered: ConsumerConfig['offset_commit_cb'] = (error, positions) => {
          const [position] = reported(positions, topic);
          const known = position && asked.get(keyOf(position));
          if (!error && known !== undefined) {
            tell({ kind: 'committed', ...known });
            at('commit-acknowledged');
          }
          config.offset_commit_cb(error, positions);
        };
        super({ ...config, offset_commit_cb: answered }, topicConfig);
        this.#asked = asked;
      }

      override commit(positions: readonly Position[]): void {
        const mine = reported(positions, topic);
        for (const position of mine) {
          this.#asked.set(keyOf(position), position);
          tell({ kind: 'commit-asked', ...position });
        }
        at('commit-asked');
        super.commit(positions);
        at('commit-sent');
      }
    },
    Producer: class extends library.Producer {
      override produce(...[to, partition, value, key, timestamp, report, headers]: Produced): void {
        const reporting: Report = (error, answer) => {
          if (!error) at('dead-letter-acknowledged');
          report(error, answer);
        };
        at('dead-letter-asked');
        super.produce(to, partition, value, key, timestamp, reporting, headers);
        at('dead-letter-sent');
      }
    },
  };
}

function reported(positions: readonly Position[], topic: string): readonly CommittedPosition[] {
  return positions
    .filter((position) => position.topic === topic)
    .map(({ partition, offset, metadata = null }) => ({ partition, offset: String(offset), metadata }));
}

function keyOf({ partition, offset }: CommittedPosition): string {
  return `${partition}/${offset}`;
}
