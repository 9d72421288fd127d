import { randomUUID } from 'node:crypto';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';
import { formats } from './scenarios/formats.ts';
import { looping } from './scenarios/looping.ts';
import { receiving } from './scenarios/receiving.ts';
import { sending } from './scenarios/sending.ts';
import { installedClients } from './support/installed-clients.ts';
import { readRaw } from './support/raw-records.ts';
import type { Scenario } from './support/scenario.ts';

for (const client of await installedClients()) {
  describe(`the wrappers of ${client.name}`, () => {
    const { spans, metrics } = useTracing();
    let kafka: KafkaUnderTest;
    before('find the broker', async () => {
      kafka = await kafkaUnderTest();
    });
    after('stop what was started', () => kafka.stop());

    const suites: Readonly<Record<string, readonly Scenario[]>> = {
      'a producer': sending,
      'a consumer of one message at a time': receiving,
      [`a consumer by ${client.loop}`]: looping,
      'a header format': formats,
    };
    for (const [subject, scenarios] of Object.entries(suites)) {
      describe(subject, () => {
        for (const [title, run] of scenarios) {
          it(title, async () => {
            const groupId = kafka.groupId();
            const clientId = `client-${randomUUID()}`;
            await using session = await client.open(kafka.brokers, clientId, groupId);
            await run({
              client,
              session,
              clientId,
              groupId,
              spans,
              metrics,
              topic: () => kafka.createTopic({ partitions: 1 }),
              raw: (topic, count) => readRaw(kafka.brokers, kafka.groupId(), topic, count),
            });
          });
        }
      });
    }
  });
}
