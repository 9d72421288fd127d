import { expect } from 'chai';
import { OutboxTable } from '../../src/outbox/table/outbox-table.ts';
import { RelayLease } from '../../src/outbox/relay/relay-lease.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';

describe('the lease of an outbox relay', () => {
  const postgres = useEmbeddedPostgres();
  const { open } = useOutboxes(postgres);

  it('has one holder at a time, and goes to the next as soon as it is released', async () => {
    const { pool, table } = await open();
    const [first, second] = [new RelayLease(new OutboxTable(pool, table), 600_000), new RelayLease(new OutboxTable(pool, table), 600_000)];
    expect([await first.hold(), await second.hold(), await first.hold()].map((held) => held !== undefined)).to.deep.equal([
      true,
      false,
      true,
    ]);
    await second.end(table);
    expect(await new RelayLease(new OutboxTable(pool, table), 600_000).hold(), 'ended by a relay that does not hold it').to.equal(
      undefined,
    );
    await first.end(table);
    expect([first.held, await first.hold()]).to.deep.equal([undefined, undefined]);
    expect(await new RelayLease(new OutboxTable(pool, table), 600_000).hold()).to.not.equal(undefined);
  });

  it('is not acquired by a statement that was in flight when it was released', async () => {
    const { pool, table } = await open();
    const lease = new RelayLease(new OutboxTable(pool, table), 600_000);
    const [held] = await Promise.all([lease.hold(), lease.end(table)]);
    expect(held).to.equal(undefined);
    expect(await new RelayLease(new OutboxTable(pool, table), 600_000).hold()).to.not.equal(undefined);
  });
});
