import { expect } from 'chai';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { startEmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';
import { ordersApp } from '../src/http/app.ts';
import { databasePool } from '../src/database/database-pool.ts';
import { OrderStore } from '../src/order/order-store.ts';
import { detachedParts } from './support/detached-parts.ts';

describe('orders without its database', () => {
  it('answers 503 to orders and to health, also when the database goes away later', async () => {
    const { log } = new LogLines();
    const postgres = await startEmbeddedPostgres();
    const pool = databasePool(postgres.url, log);
    const store = new OrderStore(pool);
    const app = ordersApp({ ...detachedParts(), store, log, afterwards: () => expect.fail('nothing was placed') });
    await store.prepare();
    await postgres.stop();

    const placed = await app.inject({ method: 'POST', url: '/orders', payload: { sku: 'tea', quantity: 1 } });
    expect(placed.json()).to.include({ code: 503, msg: 'The database does not answer' });
    const health = await app.inject({ url: '/health' });
    expect(health.json()).to.deep.include({ code: 503, data: { database: 'down', broker: 'up', outbox: 'up' } });
    await pool.end();
  });

  it('does not blame the database for a wrong statement', async () => {
    await using postgres = await startEmbeddedPostgres();
    const pool = databasePool(postgres.url, new LogLines().log);
    const store = new OrderStore(pool);
    const failure: unknown = await store.find('00000000-0000-4000-8000-000000000000').catch((error: unknown) => error);
    expect(failure).to.include({ code: '42P01' });
    await pool.end();
  });
});
