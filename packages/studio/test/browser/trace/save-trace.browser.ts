import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import type { OtlpTraces } from '../../support/otlp.ts';
import { orderTraces } from '../../support/order-flow.ts';
import { traceId, tracesOf } from '../../support/otlp.ts';
import { openStudio, type StudioPage } from '../support/studio-page.ts';

const order = `/api/traces/${traceId('order')}`;
const answerOf = async ({ studio }: StudioPage): Promise<unknown> => (await fetch(`${studio.url}${order}`)).json();

describe('a saved trace', () => {
  it('is shown by another studio that it is sent to as it was by this one, with its linked traces', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    const attributes = { 'app.text': 'tea', 'app.count': 3, 'app.ratio': 0.5, 'app.flag': true, 'app.list': ['a', 'b'] };
    const typed = { trace: 'order', id: 'typed', parent: 'request', service: 'orders', name: 'typed', at: 1, for: 1, attributes };
    await studio.send(tracesOf([typed]));
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    const started = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as JSON' }).click();
    const download = await started;
    expect(download.suggestedFilename()).to.equal(`trace-${traceId('order')}.json`);
    const saved = JSON.parse(await readFile(await download.path(), 'utf8')) as OtlpTraces;

    await using other = await openStudio();
    await other.send(saved);
    expect(sorted(await answerOf(other))).to.deep.equal(sorted(await answerOf(studio)));
  });
});

/** An answer whose spans and traces are in an order of their own: they arrived in another. */
function sorted(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer), (_, value: unknown) =>
    Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value,
  );
}
