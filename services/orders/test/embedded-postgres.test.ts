import { expect } from 'chai';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';

describe('the embedded Postgres', () => {
  it('isolates the statements and transactions of its connections', async () => {
    await using postgres = await startEmbeddedPostgres();
    const pool = new pg.Pool({ connectionString: postgres.url, max: 6 });
    await pool.query('CREATE TABLE entries (worker int, number int)');
    const rounds = Array.from({ length: 20 }, (_, index) => index);

    const asks = async (worker: number): Promise<void> => {
      for (const number of rounds) {
        const { rows } = await pool.query('SELECT $1::int AS worker, $2::text AS number', [worker, String(number)]);
        expect(rows).to.deep.equal([{ worker, number: String(number) }]);
      }
    };
    const writes = async (worker: number): Promise<void> => {
      for (const number of rounds) {
        const client = await pool.connect();
        await client.query('BEGIN');
        await client.query('INSERT INTO entries VALUES ($1, $2)', [worker, number]);
        await client.query(number % 2 === 0 ? 'COMMIT' : 'ROLLBACK');
        client.release();
      }
    };
    await Promise.all([asks(1), writes(1), asks(2), writes(2), asks(3), writes(3)]);

    const { rows } = await pool.query('SELECT worker, count(*)::int FROM entries GROUP BY worker ORDER BY worker');
    expect(rows).to.deep.equal([1, 2, 3].map((worker) => ({ worker, count: rounds.length / 2 })));
    await pool.end();
  });
});
