import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { apiNames } from '../../../src/wire/apis/apis.ts';
import { everySample } from '../samples.ts';
import { decodeSample, encodeSample } from '../sample-codec.ts';

// The bytes that kafka-clients 4.3.1 made of the same messages; test/programs/golden-bytes.ts writes them.
const file = new URL('apache-kafka-bytes.json', import.meta.url);
const bytesOf = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>));

describe('the messages that kafka-clients encoded', () => {
  it('cover every version of the table, in both directions', () => {
    expect([...bytesOf.keys()]).to.have.members(everySample().map(({ name }) => name));
    expect(apiNames).to.have.length(37);
  });

  for (const sample of everySample()) {
    it(`are encoded to the same bytes and decoded to the same values: ${sample.name}`, () => {
      const golden = bytesOf.get(sample.name);
      expect(encodeSample(sample).toString('hex')).to.equal(golden);
      expect(decodeSample(sample, Buffer.from(golden ?? '', 'hex'))).to.deep.equal(sample.body);
    });
  }
});
