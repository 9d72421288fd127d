import { kafkaClient } from '@tracelink-demo/kit';
import { expect } from 'chai';
import { freePort } from '../../../demo/free-port.ts';
import { LogLines } from './support/log-lines.ts';

describe('kafkaClient', () => {
  it("fails within 5 s on a closed port, and logs kafkajs' lines as our JSON", async () => {
    const logs = new LogLines();
    const kafka = kafkaClient({ clientId: 'test', brokers: [`127.0.0.1:${await freePort()}`], log: logs.log });
    const started = performance.now();
    const failure: unknown = await kafka
      .producer()
      .connect()
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(performance.now() - started).to.be.below(5_000);
    const line = logs.lines.find(({ level }) => level === 'error');
    expect(line).to.include({ service: 'test' });
    expect(line?.['kafka']).to.include({ clientId: 'test' });
  });
});
