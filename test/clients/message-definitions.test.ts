import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { javaJars, kafkaVersion } from './support/java.ts';
import { run } from './support/run.ts';
import { skipped } from './support/skipped.ts';

const checker = fileURLToPath(new URL('../../packages/embedded-kafka/test/programs/check-schema.ts', import.meta.url));
const jars = await javaJars().catch((error: unknown) => skipped('message definitions', error));

if (jars !== undefined) {
  describe('the messages of embedded-kafka', () => {
    it(`have the fields of Apache Kafka's own definitions, ${kafkaVersion}, in every version`, async () => {
      const jar = `${jars}/kafka-clients-${kafkaVersion}.jar`;
      const { how, stdout, stderr } = await run({ file: process.execPath, args: ['--conditions=@tracelink/source', checker, jar] }, 60_000);
      expect(how, `${stdout}\n${stderr}`).to.equal('ended with 0');
      expect(stdout.trimEnd().split('\n')).to.have.length(32);
      expect(stdout).to.match(/^same {2}Produce v\d+ to v\d+$/m);
    });
  });
}
