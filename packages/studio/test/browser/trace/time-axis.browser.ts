import { expect } from 'chai';
import { spanId, traceId, tracesOf, type ToldSpan } from '../../support/otlp.ts';
import { openStudio } from '../support/studio-page.ts';

/** Work of 40 ms, again and again after some seconds. */
const poll = Array.from({ length: 5 }, (_, index): ToldSpan => ({
  trace: 'poll',
  id: `poll${index}`,
  service: 'orders',
  name: `poll ${index}`,
  at: index * 7_000 * (index + 1),
  for: 40,
}));

describe('the time axis', () => {
  for (const width of [1280, 390]) {
    it(`labels idle time that is cut, lets no label cover another and tells no time twice, ${width} pixels wide`, async () => {
      await using studio = await openStudio({ viewport: { width, height: 800 } });
      await studio.send(tracesOf(poll));
      const { page } = studio;
      await studio.open(`/traces/${traceId('poll')}#${spanId('poll4')}`);
      if (width < 720) await page.getByRole('button', { name: 'Close' }).click();
      const labels = page.locator('.tick, .cut-text:not(:empty)');
      await labels.first().waitFor();
      for (const zoomed of [false, true]) {
        if (zoomed) {
          await page.getByRole('button', { name: 'Zoom to span' }).click();
          await page.getByRole('button', { name: 'Whole time', disabled: false }).waitFor();
        }
        const placed = await labels.evaluateAll((all) =>
          all
            .map((element) => ({ text: element.textContent.trim(), box: element.getBoundingClientRect() }))
            .map(({ text, box }) => ({ text, left: box.left, right: box.right }))
            .toSorted((a, b) => a.left - b.left),
        );
        for (const [index, { text, left }] of placed.entries())
          expect(left, `${text} after ${placed[index - 1]?.text}`).to.be.at.least((placed[index - 1]?.right ?? 0) - 1);
        const times = await page.locator('.tick').allInnerTexts();
        expect(new Set(times).size, times.join()).to.equal(times.length);
        if (!zoomed) expect(await page.locator('.cut-text:not(:empty)').allInnerTexts()).to.include.members(['56 s']);
        if (!zoomed && width === 1280) expect(await page.locator('.cut-text:not(:empty)').count()).to.equal(4);
      }
    });
  }
});
