import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { useKafka } from '../support/broker/kafka.ts';

const program = join(import.meta.dirname, '../programs/earlier-api.ts');

describe('a tracer provider that an earlier minor version of OpenTelemetry’s API registered', () => {
  const kafka = useKafka();

  for (const way of ['wrapProducer', 'wrapConsumer'])
    it(`is told once, with both versions and what helps, by ${way}`, async () => {
      const topic = await kafka.createTopic();
      const args = [kafka.brokers().join(','), topic, `g-${topic}`, way];
      const options = ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning', program, ...args];
      const { stderr } = await promisify(execFile)(process.execPath, options);
      expect(stderr.match(/TRACELINK_API_VERSION/g), stderr).to.have.lengthOf(1);
      expect(stderr).to.match(
        /registered with version 1\.9\.1 of @opentelemetry\/api, which version 1\.\d+\.\d+, which tracelink imports,/,
      );
      expect(stderr).to.include('npm ls @opentelemetry/api');
    });
});
