import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { kafkaClientsJar } from './support/java.ts';
import { run } from './support/run.ts';
import { skipped } from './support/skipped.ts';

const checker = fileURLToPath(new URL('../../packages/embedded-kafka/test/programs/check-schema.ts', import.meta.url));

for (const version of ['4.3.1', '4.4.0']) {
  const jar = await kafkaClientsJar(version).catch((error: unknown) => skipped(`message definitions of ${version}`, error));
  if (jar === undefined) continue;
  describe('the messages of embedded-kafka', () => {
    it(`have the fields of Apache Kafka's own definitions, ${version}, in every version`, async () => {
      const { how, stdout, stderr } = await run({ file: process.execPath, args: ['--conditions=@tracelink/source', checker, jar] }, 60_000);
      expect(how, `${stdout}\n${stderr}`).to.equal('ended with 0');
      expect(stdout.trimEnd().split('\n')).to.have.length(33);
      expect(stdout).to.match(/^same {2}Produce v\d+ to v\d+$/m);
    });
  });
}
