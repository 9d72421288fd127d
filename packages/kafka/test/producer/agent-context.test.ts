import { context, propagation } from '@opentelemetry/api';
import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import type { IHeaders, Message } from 'kafkajs';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import type { AgentContext } from '../../src/telemetry/options.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { layers, patch, written } from '../support/agent-layers.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a record into which an agent’s layer writes after the wrapper', () => {
  const kafka = useKafka();
  const { spans } = useTracing();
  const headers: IHeaders = Object.freeze({ mine: 'own', list: ['1', '2'] as string[] });

  /** The headers of what `send` and `sendBatch` wrote, with and without headers of the caller's. */
  async function headersWith(agentContext: AgentContext | undefined, layer: (messages: Message[]) => Message[]) {
    const topic = await kafka.createTopic();
    const client = await kafka.producer();
    patch(client, layer);
    const producer = wrapProducer(client, {
      propagation: kafkaPropagation({ inject: ['b3', 'w3c'] }),
      ...(agentContext === undefined ? {} : { agentContext }),
    });
    const messages: Message[] = [Object.freeze({ value: '1', headers }), Object.freeze({ value: '2' })];
    const baggage = propagation.setBaggage(context.active(), propagation.createBaggage({ tenant: { value: 'acme' } }));
    await context.with(baggage, async () => {
      await producer.send({ topic, messages });
      // Of one topic in two entries kafkajs makes one list.
      await producer.sendBatch({ topicMessages: messages.map((message) => ({ topic, messages: [message] })) });
    });
    const records = await kafka.read(topic, 4);
    expect(records.map(({ value }) => String(value))).to.deep.equal(['1', '2', '1', '2']);
    return { records: records.map((record) => textHeaders(record.headers)), sent: spans.takeAll().map((span) => span.spanContext()) };
  }

  for (const [how, layer] of Object.entries(layers)) {
    it(`carries both contexts by default, the agent’s where names are equal: written ${how}`, async () => {
      const { records, sent } = await headersWith(undefined, layer);
      for (const [index, record] of records.entries()) {
        expect(record).to.include(written);
        expect(record['b3']).to.match(new RegExp(`^${sent[index >> 1]?.traceId}-`));
      }
    });

    it(`carries ours alone with agentContext withhold: written ${how}`, async () => {
      const { records, sent } = await headersWith('withhold', layer);
      for (const [index, record] of records.entries()) {
        const { traceId, spanId } = sent[index >> 1] ?? {};
        expect(record).to.deep.equal({
          ...(index % 2 === 0 ? { mine: 'own', list: ['1', '2'] } : {}),
          b3: `${traceId}-${spanId}-1`,
          traceparent: `00-${traceId}-${spanId}-01`,
          'tracelink-origin': `00-${traceId}-${spanId}-01`,
          baggage: 'tenant=acme',
        });
      }
    });

    it(`carries the agent’s alone, and our baggage, with agentContext instead: written ${how}`, async () => {
      const { records } = await headersWith('instead', layer);
      for (const [index, record] of records.entries())
        expect(record).to.deep.equal({
          ...(index % 2 === 0 ? { mine: 'own', list: ['1', '2'] } : {}),
          ...written,
          baggage: 'tenant=acme',
        });
    });
  }

  it('carries no context with agentContext instead where no agent writes one, not even a stale one', async () => {
    const topic = await kafka.createTopic();
    const producer = wrapProducer(await kafka.producer(), { agentContext: 'instead', existingContext: 'replace', createSpans: true });
    await producer.send({ topic, messages: [{ value: '1', headers: { mine: 'own', Traceparent: written.traceparent } }] });
    expect((await kafka.read(topic, 1)).map((record) => textHeaders(record.headers))).to.deep.equal([{ mine: 'own' }]);
    expect(spans.takeAll().map(({ name }) => name)).to.have.members([`create ${topic}`, `send ${topic}`]);
  });
});
