import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { AgentContext } from '../../../src/telemetry/options.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { layers, patch, written } from '../../support/agent-layers.ts';
import { textHeaders, useKafka } from '../../support/broker/kafka.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('a dead-letter record into which an agent’s layer writes', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  /** Its headers, with the trace id of the attempt that failed. */
  async function deadLetterWith(
    layer: string,
    agentContext: AgentContext,
  ): Promise<readonly [Record<string, unknown>, string | undefined]> {
    const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
    const sender = await kafka.producer();
    await sender.send({ topic, messages: [{ value: '1' }] });
    const client = kafka.client();
    const make = client.producer.bind(client);
    client.producer = (config) => {
      const producer = make(config);
      patch(producer, layers[layer] ?? ((messages) => messages));
      return producer;
    };
    const subscription = await subscribe(client, {
      groupId,
      topics: [topic],
      fromBeginning: true,
      retry: { attempts: 1 },
      tracing: { agentContext, propagation: kafkaPropagation({ inject: ['b3', 'w3c'] }) },
      handler: () => {
        throw new Error('no');
      },
    });
    const [record] = await kafka.read(`${topic}.${groupId}.dead-letter`, 1);
    // Then every span has ended.
    await subscription.drain();
    return [
      textHeaders(record?.headers),
      spans
        .takeAll()
        .find(({ name }) => name === `process ${topic}`)
        ?.spanContext().traceId,
    ];
  }

  for (const layer of Object.keys(layers)) {
    it(`names the agent’s trace by default: written ${layer}`, async () => {
      const [headers] = await deadLetterWith(layer, 'beside');
      expect(headers).to.include(written);
    });

    it(`names ours alone with agentContext withhold: written ${layer}`, async () => {
      const [headers, traceId] = await deadLetterWith(layer, 'withhold');
      expect(headers).to.not.have.property('x-datadog-trace-id');
      expect(headers['traceparent']).to.match(new RegExp(`^00-${traceId}-`));
      expect(headers['b3']).to.match(new RegExp(`^${traceId}-`));
    });
  }
});
