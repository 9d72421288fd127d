import { expect } from 'chai';
import { OutboxTable } from '../../src/outbox/table/outbox-table.ts';
import { RelayLease } from '../../src/outbox/relay/relay-lease.ts';
import { useOutboxes } from '../support/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres.ts';

describe('the lease of a relay', () => {
  const postgres = useEmbeddedPostgres();
  const { open } = useOutboxes(postgres);

  it('is had by one at a time, and by the next as soon as it is given up', async () => {
    const { pool, table } = await open();
    const [first, second] = [new RelayLease(new OutboxTable(pool, table), 600_000), new RelayLease(new OutboxTable(pool, table), 600_000)];
    expect([await first.hold(), await second.hold(), await first.hold()].map((held) => held !== undefined)).to.deep.equal([
      true,
      false,
      true,
    ]);
    await second.end(table);
    expect(await new RelayLease(new OutboxTable(pool, table), 600_000).hold(), 'given up by who does not have it').to.equal(undefined);
    await first.end(table);
    expect([first.held, await first.hold()]).to.deep.equal([undefined, undefined]);
    expect(await new RelayLease(new OutboxTable(pool, table), 600_000).hold()).to.not.equal(undefined);
  });

  it('is not taken again by a statement that was under way when it was given up', async () => {
    const { pool, table } = await open();
    const lease = new RelayLease(new OutboxTable(pool, table), 600_000);
    const [held] = await Promise.all([lease.hold(), lease.end(table)]);
    expect(held).to.equal(undefined);
    expect(await new RelayLease(new OutboxTable(pool, table), 600_000).hold()).to.not.equal(undefined);
  });
});
