import { expect } from 'chai';
import { spanId, traceId, tracesOf, type ToldSpan } from '../../support/otlp.ts';
import { openStudio } from '../support/studio-page.ts';

const topic = { 'messaging.destination.name': 'orders.placed' };
const of = (operation: string, offset: number): ToldSpan['attributes'] & object => ({
  ...topic,
  'messaging.operation.type': operation,
  'messaging.destination.partition.id': '0',
  'kafka.offset': offset,
  'messaging.consumer.group.name': 'mail',
});
const base: ToldSpan = { trace: 'mail', id: 'sent', service: 'shop', name: 'send orders.placed', kind: 'producer', at: 0, for: 5 };

/** As a plain consumer tells it, whose handler fails: the client gives it the record again, and no link says so. */
const process = (id: string, at: number, offset: number, more: Partial<ToldSpan> = {}): ToldSpan => ({
  ...base,
  id,
  parent: 'sent',
  service: 'mail',
  name: `process ${id}`,
  kind: 'consumer',
  at,
  for: 10,
  attributes: of('process', offset),
  links: [{ trace: 'mail', id: 'sent' }],
  ...more,
});

describe('a record that came to its group before', () => {
  it('has waited since then, and not in the queue, which its row and its details say', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(
      tracesOf([
        { ...base, attributes: { ...topic, 'messaging.operation.type': 'send' } },
        process('first', 25, 7, { error: 'No mail server' }),
        process('second', 5_035, 7),
        process('other', 125, 8),
        // The fetch is no work on the record.
        process('fetch', 3_000, 7, { attributes: of('receive', 7) }),
      ]),
    );
    await studio.open(`/traces/${traceId('mail')}#${spanId('second')}`);
    const row = (name: RegExp): ReturnType<typeof page.getByRole> => page.getByRole('treeitem', { name });
    await row(/process first error 10 ms after 20 ms in the queue/).waitFor();
    await row(/process other 10 ms after 120 ms in the queue/).waitFor();
    const again = row(/process second came again 10 ms after 5 s until it came again/);
    await again.waitFor();
    expect(await again.locator('.wait-again').count()).to.equal(1);
    expect(await page.locator('.facts').innerText()).to.match(/Since it came before\s+5 s/);
  });
});
