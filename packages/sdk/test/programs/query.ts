// A program that imports pg as an ES module and asks a server that is not there.
import pg from 'pg';

const client = new pg.Client({ host: '127.0.0.1', port: 1, database: 'orders' });
await client.connect().catch(() => {});
