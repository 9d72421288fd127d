import { setTimeout as pause } from 'node:timers/promises';
import { inTime } from '../brokers/in-time.ts';
import type { JavaTool } from '../brokers/java-tool.ts';
import type { ChaosMessage } from '../judge/message.ts';
import type { Row } from '../scene/row.ts';
import { valueOf } from '../scene/send-messages.ts';
import type { Scene } from '../scene/scene.ts';

// More partitions than members: each gets some.
const traffic = { count: 300, keys: 12, partitions: 6 };

/** Rows with Apache Kafka's own clients. */
export const javaRows: readonly Row[] = [
  {
    name: 'java-members',
    title: "members of Java's consumer, with the new group protocol, join and leave the group while messages come in",
    traffic,
    fault: async (scene) => {
      await scene.join();
      await scene.join();
      await using sending = keepSending(scene);
      const first = await joinJava(scene);
      scene.say('the first one gets messages');
      const second = await joinJava(scene);
      scene.say('the second one gets messages');
      await first.end();
      await scene.done(sending.count() + 300);
      await second.end();
      scene.say('both have left');
      await scene.join();
      await scene.done(sending.count() + 300);
    },
  },
  {
    name: 'java-null-header',
    title: "Java's producer writes headers without a value, which kafkajs cannot write, into messages that fail",
    traffic: { count: 0, keys: 12, partitions: 1 },
    member: { retryDelays: ['100ms', '500ms'] },
    fault: async (scene) => {
      const fate = (index: number): ChaosMessage['fate'] => (index % 20 === 7 ? 'late' : index % 60 === 33 ? 'poison' : 'fine');
      await scene.send({ count: 300, keys: 12, partitions: 1, fate }, (_, topic, messages) => {
        const lines = messages.map((message) => `tenant:none,mine:yes\t${message.key}\t${valueOf(topic, message)}\n`);
        return scene.cluster.tool('kafka-console-producer', ['--topic', topic, ...nullHeaders]).feed(lines.join(''));
      });
      await scene.join();
    },
    expects: ({ deadLettered }) => (deadLettered === 5 ? undefined : `there are ${deadLettered} dead-letter records, not 5`),
  },
];

const nullHeaders = ['parse.headers=true', 'parse.key=true', 'null.marker=none'].flatMap((property) => ['--reader-property', property]);

/** Sends messages until it is disposed of. */
function keepSending(scene: Scene): AsyncDisposable & { readonly count: () => number } {
  const over = new AbortController();
  const sending = (async () => {
    while (!over.signal.aborted) {
      await scene.send({ ...traffic, count: 36 });
      await pause(100, undefined, { signal: over.signal }).catch(() => {});
    }
  })();
  return {
    count: () => scene.sent.length,
    [Symbol.asyncDispose]: async () => {
      over.abort();
      await sending;
    },
  };
}

/** Lets a console consumer join. Resolves when it has printed a message. */
async function joinJava(scene: Scene): Promise<JavaTool> {
  const args = ['--topic', scene.topic, '--group', scene.groupId, '--command-property', 'group.protocol=consumer', '--from-beginning'];
  const consumer = scene.cluster.tool('kafka-console-consumer', args);
  const { promise: printed, resolve, reject } = Promise.withResolvers<void>();
  const ended = consumer.lines((line) => {
    scene.saw({ kind: 'printed', index: (JSON.parse(line) as ChaosMessage).index });
    resolve();
  });
  void ended.then(() => reject(new Error('The console consumer ended before it got a message')));
  await inTime(printed, { what: 'The console consumer gets a message', signal: scene.signal });
  return consumer;
}
