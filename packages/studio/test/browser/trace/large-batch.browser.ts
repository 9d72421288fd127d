import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { spanId, traceId, tracesOf, type ToldSpan } from '../../support/otlp.ts';
import { openStudio, type StudioPage, type StudioPageOptions } from '../support/studio-page.ts';

const send: Omit<ToldSpan, 'trace' | 'id'> = { service: 'shop', name: 'send orders.placed', kind: 'producer', at: 0, for: 1 };
const fan: ToldSpan = { trace: 'fan', id: 'fan', service: 'reports', name: 'process orders.placed', kind: 'consumer', at: 20, for: 5 };

/** A batch of messages, and who sent them. */
async function openBatch(senders: readonly ToldSpan[], hash = '', options: StudioPageOptions = {}): Promise<StudioPage> {
  const studio = await openStudio(options);
  const links = senders.map(({ trace, id }) => ({ trace, id }));
  await studio.send(tracesOf([...senders, { ...fan, links }]));
  await studio.open(`/traces/${traceId('fan')}${hash}`);
  return studio;
}

const arrows = (page: Page): Locator => page.locator('path.arrow[data-from]');
const thousand = Array.from({ length: 1_000 }, (_, index): ToldSpan => ({ ...send, trace: 'senders', id: `m${index}`, at: index / 100 }));

describe('a batch of a thousand messages', () => {
  it('draws none of its arrows until one looks at it or at a message, then two hundred or that one', async () => {
    await using studio = await openBatch(thousand);
    const { page } = studio;
    await page.getByText('1,000 more arrows').waitFor();
    expect(await arrows(page).count()).to.equal(0);
    await page.getByRole('treeitem', { name: /reports process/ }).hover();
    await page.getByText('800 more arrows').waitFor();
    expect(await arrows(page).count()).to.equal(200);
    // Away from the rows, nothing is looked at.
    await page.getByRole('button', { name: 'Expand all' }).hover();
    await page.getByText('1,000 more arrows').waitFor();
    await page.getByRole('button', { name: 'Expand all' }).click();
    await page
      .getByRole('treeitem', { name: /shop send/ })
      .nth(3)
      .hover();
    await page.getByText('999 more arrows').waitFor();
    expect(await arrows(page).evaluateAll((all) => all.map((arrow) => arrow.getAttribute('data-from')))).to.deep.equal([
      `${traceId('senders')}-${spanId('m3')}`,
    ]);
  });

  it('keeps its arrows while it is chosen, and lists its links in parts', async () => {
    await using studio = await openBatch(thousand, `#${spanId('fan')}`);
    const { page } = studio;
    await page.getByText('800 more arrows').waitFor();
    expect(await arrows(page).count()).to.equal(200);
    expect(await page.locator('.links > li').count()).to.equal(50);
    await page.getByRole('button', { name: 'Show all 1,000' }).click();
    await page.locator('.links > li').nth(999).waitFor();
  });

  it('counts the traces that it is linked with and that are not drawn, and draws fifty more of them each time', async () => {
    const senders = Array.from({ length: 120 }, (_, index): ToldSpan => ({ ...send, trace: `sender ${index}`, id: `m${index}` }));
    await using studio = await openBatch(senders);
    const { page } = studio;
    await page.getByText('70 more linked traces').waitFor();
    await page.getByText('with 50 linked traces').waitFor();
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    await page.getByText('20 more linked traces').waitFor();
    await page.getByText('with 100 linked traces').waitFor();
    await page.getByRole('button', { name: 'Show 20 more' }).click();
    await page.getByText('with 120 linked traces').waitFor();
    expect(await page.getByText('more linked trace').count()).to.equal(0);
  });

  it('says how many of those traces cannot be drawn, in place of a button that draws them', async () => {
    const huge = Array.from({ length: 20_001 }, (_, index): ToldSpan => ({ ...send, trace: 'huge', id: `m${index}` }));
    await using studio = await openStudio({ maxSpansPerTrace: 20_001 });
    const { page } = studio;
    await studio.send(tracesOf(huge));
    const senders = Array.from({ length: 51 }, (_, index): ToldSpan => ({ ...send, trace: `sender ${index}`, id: `m${index}` }));
    await studio.send(tracesOf([...senders, { ...fan, links: [{ trace: 'huge', id: 'm0' }, ...senders] }]));
    await studio.open(`/traces/${traceId('fan')}`);
    await page.getByText('1 linked trace cannot be drawn here').waitFor();
    await page.getByRole('button', { name: 'Show 1 more' }).click();
    await page.getByText('with 51 linked traces').waitFor();
    await page.getByText('1 linked trace cannot be drawn here').waitFor();
    expect(await page.getByRole('button', { name: /^Show/ }).count()).to.equal(0);
  });

  it('says that spans of its own are no longer in memory, whether there are more linked traces or not', async () => {
    await using studio = await openBatch([{ ...send, trace: 'sender', id: 'm' }], '', { maxSpansPerTrace: 2 });
    const { page } = studio;
    await studio.send(tracesOf(['second', 'third'].map((id) => ({ ...fan, id, parent: 'fan' }))));
    await page.getByText('Earlier spans of this trace are no longer in memory.').waitFor();
    expect(await page.locator('.more-linked').count()).to.equal(1);
    const links = Array.from({ length: 60 }, (_, index) => ({ trace: `sender ${index}`, id: 'm' }));
    await studio.send(tracesOf([...links.map((link) => ({ ...send, ...link })), { ...fan, id: 'fourth', parent: 'fan', links }]));
    await page.getByRole('button', { name: 'Show 10 more' }).waitFor();
    await page.getByText('Earlier spans of this trace are no longer in memory.').waitFor();
  });
});
