import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { spanId, traceId, tracesOf, type ToldSpan } from '../support/otlp.ts';
import { openStudio } from './support/studio-page.ts';

const count = 10_000;

/** A tree of spans in which every tenth is a message that the span before it sent, with a link. */
function* manySpans(): Generator<ToldSpan> {
  for (let index = 0; index < count; index++) {
    const isMessage = index % 10 === 9;
    yield {
      trace: 'many',
      id: `n${index}`,
      ...(index === 0 ? {} : { parent: `n${isMessage ? index - 1 : Math.floor((index - 1) / 4)}` }),
      service: `service-${index % 7}`,
      name: isMessage ? 'process orders.placed' : `step ${index}`,
      kind: isMessage ? 'consumer' : index % 10 === 8 ? 'producer' : 'internal',
      at: index === 0 ? 0 : index / 5,
      for: index === 0 ? count / 5 : 3,
      attributes: { 'code.function.name': `handle${index}`, 'app.order.id': `order-${index}`, 'app.quantity': index },
      ...(isMessage ? { links: [{ trace: 'many', id: `n${index - 1}` }] } : {}),
      ...(index % 97 === 0 ? { error: 'no' } : {}),
    };
  }
}

/** Scrolls through all rows, a screen each frame, and answers with the longest task and the longest frame, in milliseconds. */
async function scrollThrough(page: Page): Promise<{ longTasks: number[]; frames: number; slowest: number }> {
  return page.locator('.rows-scroller').evaluate(async (scroller) => {
    const longTasks: number[] = [];
    const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    let frames = 0;
    let slowest = 0;
    let before = await frame();
    for (let top = 0; top < scroller.scrollHeight; top += 1_500) {
      scroller.scrollTop = top;
      const now = await frame();
      slowest = Math.max(slowest, now - before);
      before = now;
      frames += 1;
    }
    // Entries are handed over after the task that they are of.
    await new Promise((resolve) => setTimeout(resolve, 100));
    observer.disconnect();
    return { longTasks, frames, slowest };
  });
}

describe('a trace of 10,000 spans', () => {
  it('is painted within a second, and scrolls without a task longer than 100 ms', async function () {
    await using studio = await openStudio();
    await studio.send(tracesOf(manySpans()));
    const { page } = studio;
    // The first page of a new browser compiles every script: here it is the trace that is measured.
    await studio.open('/');
    await page.locator('.trace-row').waitFor();

    const shown = await page.evaluate(
      async (href) => {
        const start = performance.now();
        document.querySelector<HTMLAnchorElement>(`a[href="${href}"]`)?.click();
        while (document.querySelector('.row') === null) await new Promise(requestAnimationFrame);
        return performance.now() - start;
      },
      `/traces/${traceId('many')}`,
    );
    const rows = await page.getByRole('treeitem').count();
    const scrolled = await scrollThrough(page);
    const longest = Math.max(0, ...scrolled.longTasks);
    process.stdout.write(
      `      ${count} spans: ${Math.round(shown)} ms from the click to the rows, ${rows} rows in the document; ${scrolled.frames} screens scrolled, ` +
        `longest task ${Math.round(longest)} ms, slowest frame ${Math.round(scrolled.slowest)} ms\n`,
    );
    expect(rows).to.be.within(20, 90);
    expect(shown).to.be.below(1_000);
    expect(longest).to.be.below(100);
    // The last span is there, at the end.
    await page.getByRole('tree').focus();
    await page.keyboard.press('End');
    await page.locator('.row.current').waitFor();
    expect(await page.locator('.row.current').getAttribute('id')).to.equal(`row-${count}`);
  });

  it('opens at a span in its midst, by its address', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf(manySpans()));
    await studio.open(`/traces/${traceId('many')}#${spanId('n7777')}`);
    const row = studio.page.locator('.row.open');
    await row.waitFor();
    expect(await row.innerText()).to.contain('step 7777');
    const [box, scroller] = [await row.boundingBox(), await studio.page.locator('.rows-scroller').boundingBox()];
    expect(box?.y).to.be.within(scroller?.y ?? 0, (scroller?.y ?? 0) + (scroller?.height ?? 0));
  });

  it('closes and opens at once', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf(manySpans()));
    await studio.open(`/traces/${traceId('many')}`);
    const { page } = studio;
    await page.locator('.row').nth(5).waitFor();
    await page.getByRole('button', { name: 'Collapse all' }).click();
    await page.locator('.row').nth(1).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Expand all' }).click();
    await page.locator('.row').nth(20).waitFor();
  });
});

describe('a batch of a thousand messages', () => {
  it('draws two hundred of its arrows and says how many more there are, and its links in parts', async () => {
    await using studio = await openStudio();
    const senders = Array.from({ length: 1_000 }, (_, index): ToldSpan => ({
      trace: 'senders',
      id: `m${index}`,
      service: 'shop',
      name: 'send orders.placed',
      kind: 'producer',
      at: index / 100,
      for: 1,
    }));
    const links = senders.map(({ trace, id }) => ({ trace, id }));
    await studio.send(
      tracesOf([
        ...senders,
        { trace: 'fan', id: 'fan', service: 'reports', name: 'process orders.placed', kind: 'consumer', at: 20, for: 5, links },
      ]),
    );
    await studio.open(`/traces/${traceId('fan')}#${spanId('fan')}`);
    const { page } = studio;
    await page.getByText('800 more arrows').waitFor();
    expect(await page.locator('path.arrow[data-from]').count()).to.equal(200);
    expect(await page.locator('.links > li').count()).to.equal(50);
    await page.getByRole('button', { name: 'Show all 1,000' }).click();
    await page.locator('.links > li').nth(999).waitFor();
  });
});
