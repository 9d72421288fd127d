import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import { useChannels } from '../support/telemetry/channels.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('the diagnostics channels, of an outbox relay', () => {
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  const channels = useChannels();
  const { spans } = useTracing();

  it('tell of a send, with the headers that were stored', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const { box, pool } = await open();
    await box.add(pool, { topic: 'orders', messages: [{ key: 'k', value: 'v' }] });
    const running = relay(box, kafka.brokers);
    const [sent] = await channels.ended('tracelink:kafka:send', 1);
    await running.drain();
    const [record] = sent?.message.topicMessages ?? [];
    expect(record?.topic).to.equal('orders');
    expect(record?.messages[0]?.headers).to.have.property('traceparent');
    expect(sent?.message.result).to.have.nested.property('[0].baseOffset', '0');
    spans.takeAll();
  });
});
