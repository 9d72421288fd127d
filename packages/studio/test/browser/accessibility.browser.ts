import { expect } from 'chai';
import { orderTraces } from '../support/order-flow.ts';
import { logOf, spanId, traceId, tracesOf } from '../support/otlp.ts';
import { axeFindings as findings } from './support/axe-findings.ts';
import { openStudio } from './support/studio-page.ts';

const everyBadge = tracesOf([
  {
    trace: 'again',
    id: 'again',
    service: 'shop',
    name: 'process orders.placed',
    kind: 'consumer',
    at: 0,
    for: 9,
    links: [{ trace: 'gone', id: 'gone', attributes: { 'tracelink.link.kind': 'origin' } }],
    events: [{ name: 'tracelink.delivery.circuit_open', at: 9 }],
  },
]);

describe('axe', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      it(`finds no violation in any view, ${colorScheme} and ${width} pixels wide`, async () => {
        const actions = [{ name: 'fail', label: 'Fail', run: () => Promise.reject(new Error('It failed')) }];
        await using studio = await openStudio({ colorScheme, viewport: { width, height: 800 }, actions });
        const { page } = studio;
        await studio.open('/');
        await page.getByText('No trace has arrived yet').waitFor();
        expect(await findings(page), 'the empty list').to.deep.equal([]);
        await studio.send(orderTraces);
        await studio.send(everyBadge);
        await studio.send(logOf({ trace: 'order', id: 'try1' }, 'fulfilment', 31, 'ERROR', 'no'));
        await page.locator('.trace-row', { hasText: 'circuit open' }).waitFor();
        await page.getByRole('button', { name: 'Fail' }).click();
        await page.getByText(/failed:/).waitFor();
        expect(await findings(page), 'the list').to.deep.equal([]);
        await page.getByRole('button', { name: 'Keys' }).click();
        await page.getByRole('dialog').waitFor();
        expect(await findings(page), 'the list of keys').to.deep.equal([]);
        await studio.open(`/traces/${traceId('order')}`);
        await page.locator('.row').first().waitFor();
        expect(await findings(page), 'a trace').to.deep.equal([]);
        await studio.open(`/traces/${traceId('order')}#${spanId('try1')}`);
        await page.locator('.log-body').waitFor();
        expect(await findings(page), 'a span').to.deep.equal([]);
        await studio.open(`/traces/${traceId('nothing')}`);
        await page.getByRole('alert').waitFor();
        expect(await findings(page), 'a trace that is not there').to.deep.equal([]);
        await studio.open('/flow');
        await page.locator('.flow-node').first().waitFor();
        expect(await findings(page), 'the map').to.deep.equal([]);
      });
    }
  }
});
