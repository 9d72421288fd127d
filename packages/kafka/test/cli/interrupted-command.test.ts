import { once } from 'node:events';
import { expect } from 'chai';
import { clientNames } from '../../src/client/installed-client.ts';
import { library as confluent } from '../client/confluent/use-confluent.ts';
import { useCommand } from '../support/command.ts';

const nobody = '127.0.0.1:1';
const commands = [
  { args: ['doctor'], expected: 130 },
  { args: ['dead-letters'], expected: 130 },
  { args: ['dead-letters', '--from', 'orders-dlt'], expected: 130 },
  { args: ['replay', '--from', 'orders-dlt'], expected: 130 },
  { args: ['studio', '--port', '0', '--grpc-port', 'none'], expected: 0 },
] as const;

describe('a command that is interrupted while no broker is there', function () {
  // Five processes start at once, which a busy machine takes its time for.
  this.timeout(120_000);
  const { start, ended } = useCommand(() => [nobody]);

  // Confluent's is not installed everywhere.
  for (const client of clientNames.filter((each) => each !== 'confluent' || confluent !== undefined))
    it(`ends soon, and says no more, on ${client}`, async () => {
      const ends = commands.map(async ({ args, expected }) => {
        const child = start(...args, '--client', client);
        const end = ended(child);
        await once(child.stderr, 'data');
        const interruptedAt = performance.now();
        child.kill('SIGINT');
        const { code, out, err } = await end;
        expect([code, out], args.join(' ')).to.deep.equal([expected, '']);
        expect(err).to.match(/^(?:waiting for an answer of 127\.0\.0\.1:1 \(\d s\)\n)+$/);
        // It begins after two seconds, and librdkafka alone would keep the process until the tenth.
        expect(performance.now() - interruptedAt).to.be.below(4_500);
      });
      await Promise.all(ends);
    });
});
