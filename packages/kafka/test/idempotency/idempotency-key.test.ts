import { expect } from 'chai';
import { memoryStore, idempotent, outboxId } from '../../src/idempotency/index.ts';
import { delivered, scopeOf } from '../support/records/delivered.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('outboxId', () => {
  const idOf = (...values: (string | Buffer)[]): string =>
    outboxId(delivered({ headers: { 'tracelink-message-id': values.length === 1 ? values[0] : values } }));

  it('is the id that the outbox gave, wherever the message is, and the last one when there are several', () => {
    expect(idOf(Buffer.from('8f0e'))).to.equal('orders#8f0e');
    expect(idOf('8f0e')).to.equal('orders#8f0e');
    expect(idOf('1', Buffer.from('2'))).to.equal('orders#2');
  });

  it('is the topic, partition and offset of a message without an id or with an empty header, as clients of other languages write it', () => {
    const nulls = { 'tracelink-message-id': null as never };
    for (const message of [delivered(), delivered({ headers: { 'tracelink-message-id': [] } }), delivered({ headers: nulls })])
      expect(outboxId(message)).to.equal('orders/0/7@1700000000000');
  });
});

describe('the default key of idempotent', () => {
  const { warnings } = useTracing();

  it('warns once per topic that the key names other messages on a mirrored cluster', async () => {
    const handler = idempotent(memoryStore())(() => {});
    for (const topic of ['mirrored-a', 'mirrored-b'])
      for (const offset of ['1', '2']) await handler(delivered({ topic, offset }), scopeOf());
    const withId = idempotent(memoryStore(), { key: ({ offset }) => offset })(() => {});
    await withId(delivered({ topic: 'mirrored-c' }), scopeOf());
    expect(warnings.map((text) => /messages of "([^"]+)"/.exec(text)?.[1])).to.deep.equal(['mirrored-a', 'mirrored-b']);
    expect(warnings[0]).to.match(/mirrored cluster.*Give messages a key of their own/);
  });

  it('warns too when outboxId falls back to it', () => {
    outboxId(delivered({ topic: 'not-of-an-outbox' }));
    outboxId(delivered({ topic: 'of-an-outbox', headers: { 'tracelink-message-id': '8f0e' } }));
    expect(warnings.map((text) => /messages of "([^"]+)"/.exec(text)?.[1])).to.deep.equal(['not-of-an-outbox']);
  });
});
