import { expect } from 'chai';
import type { Client } from '../support/client.ts';
import { type Event, eventsOf } from '../support/events.ts';
import { storedCodecs } from '../support/stored-codecs.ts';

const count = 60;

/** Every message once, in the order of its key and of its partition, with its headers, by every codec, and all committed. */
export async function expectMessages(events: readonly Event[], { codecs }: Client, topic: string, bootstrap: string): Promise<void> {
  const records = eventsOf(events, 'record');
  const values = codecs.flatMap((codec) => Array.from({ length: count }, (_, index) => `${codec}-${index}`));
  expect(records.map(({ value }) => value)).to.have.members(values);

  for (const { value, headers } of records) {
    const [codec = ''] = value.split('-');
    expect(headers).to.deep.equal([
      ['codec', codec],
      ['twice', '1'],
      ['twice', '2'],
    ]);
  }
  const partitions = Object.groupBy(records, ({ partition }) => partition);
  for (const read of Object.values(partitions)) {
    expect(read?.map(({ offset }) => offset)).to.deep.equal(read?.map((_, index) => index));
  }
  for (const [key, ofKey = []] of Object.entries(Object.groupBy(records, (record) => String(record.key)))) {
    expect(new Set(ofKey.map(({ partition }) => partition))).to.have.property('size', 1);
    const sent = values.filter((value) => `key-${Number(value.split('-')[1]) % 7}` === key);
    expect(ofKey.map(({ value }) => value)).to.deep.equal(sent);
  }

  const committed = eventsOf(events, 'committed').map(({ partition, offset }) => [partition, Math.max(0, offset)]);
  expect(committed).to.have.deep.members([0, 1, 2].map((partition) => [partition, partitions[partition]?.length ?? 0]));
  expect([...(await storedCodecs(bootstrap, topic))]).to.have.members([...codecs]);
}
