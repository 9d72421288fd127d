import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { useSchemaRegistry } from '../support/registry/use-schema-registry.ts';

describe('the example of a schema registry', () => {
  const running = useSchemaRegistry();

  it('packs what is an order, and refuses what is none', async () => {
    // Its topic and group have fixed names.
    await using kafka = await EmbeddedKafka.start({ topics: { 'orders.avro': 1 } });
    const program = join(import.meta.dirname, '../../../../examples/schema-registry', 'orders.mjs');
    const child = spawn(process.execPath, ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, KAFKA_BROKERS: kafka.brokers.join(','), SCHEMA_REGISTRY_URL: running().url },
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    expect(code).to.equal(0);
    const lines = output.split('\n').filter((line) => /^(packing|message) /.test(line));
    expect(lines.toSorted()).to.deep.equal([
      'message 1: [undecodable] The value does not fit its schema: Unknown magic byte {"type":"Buffer","data":[110]}.',
      'packing o-1: {"id":"o-1"}',
    ]);
  });
});
