import { expect } from 'chai';
import { orderTraces } from '../../support/order-flow.ts';
import { axeFindings } from '../support/axe-findings.ts';
import { deadLetterTopic, shopBroker } from '../support/shop-broker.ts';
import { openStudio, type StudioPage } from '../support/studio-page.ts';

const long = 'A.very.long.name.of.a.class.that.no.line.of.a.telephone.can.hold.without.breaking.it.somewhere.TimeoutError';
const letters = [
  { trace: 'order', error: long, message: 'x'.repeat(500), key: 'k'.repeat(200), headers: { [`h${'x'.repeat(100)}`]: 'y'.repeat(2_000) } },
  { trace: 'nothing', value: Buffer.alloc(3_000, 1) },
];
/** Each view by its address, with something that is shown when it is complete. */
const views = [
  ['/dead-letters', '.letters-table'],
  [`/dead-letters/${deadLetterTopic}`, '.letters-table'],
  [`/dead-letters/${deadLetterTopic}/0/0`, '.letter-headers dt'],
  [`/dead-letters/${deadLetterTopic}/0/1`, '.letter-headers dt'],
  ['/dead-letters/gone', '[role=alert]'],
] as const;

/** How wide what can be scrolled sideways is. */
function widths({ page }: StudioPage): Promise<(number | undefined)[]> {
  return page.evaluate(() =>
    [document.documentElement, document.body, document.querySelector('main')].map((element) => element?.scrollWidth),
  );
}

describe('every view of dead letters', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      it(`has no finding of axe and does not scroll sideways, ${colorScheme} and ${width} pixels wide`, async () => {
        await using broker = await shopBroker(letters);
        await using studio = await openStudio({ colorScheme, viewport: { width, height: 800 }, ...broker.providers });
        await studio.send(orderTraces);
        for (const [path, shown] of views) {
          await studio.open(path);
          await studio.page.locator(shown).first().waitFor();
          expect(await axeFindings(studio.page), path).to.deep.equal([]);
          expect(await widths(studio), path).to.deep.equal([width, width, width]);
        }
      });
    }
  }
});
