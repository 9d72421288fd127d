import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import type { OtlpTraces } from '../../support/otlp.ts';
import { orderTraces } from '../../support/order-flow.ts';
import { logOf, traceId, tracesOf } from '../../support/otlp.ts';
import { openStudio, type StudioPage } from '../support/studio-page.ts';

const order = `/api/traces/${traceId('order')}`;
const answerOf = async ({ studio }: StudioPage): Promise<unknown> => (await fetch(`${studio.url}${order}`)).json();

const logs = async ({ studio }: StudioPage): Promise<unknown> => (await fetch(`${studio.url}${order}/logs`)).json();

describe('a saved trace', () => {
  it('is shown by another studio that imports it as it was by this one, with its linked traces and log lines', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    const attributes = { 'app.text': 'tea', 'app.count': 3, 'app.ratio': 0.5, 'app.flag': true, 'app.list': ['a', 'b'] };
    const typed = { trace: 'order', id: 'typed', parent: 'request', service: 'orders', name: 'typed', at: 1, for: 1, attributes };
    await studio.send(tracesOf([typed]));
    await studio.send(logOf({ trace: 'order', id: 'try1' }, 'fulfilment', 31, 'WARN', 'The shelf is locked'));
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    const started = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as JSON' }).click();
    const download = await started;
    expect(download.suggestedFilename()).to.equal(`trace-${traceId('order')}.json`);
    const saved = await readFile(await download.path(), 'utf8');

    await using other = await openStudio();
    const imported = await fetch(`${other.studio.url}/api/import`, { method: 'POST', body: saved });
    expect(imported.status).to.equal(200);
    expect(sorted(await answerOf(other))).to.deep.equal(sorted(await answerOf(studio)));
    expect(await logs(other)).to.deep.equal(await logs(studio));
    // Where spans are sent, the log lines beside them are no error.
    await using third = await openStudio();
    await third.send(JSON.parse(saved) as OtlpTraces);
    expect(sorted(await answerOf(third), 'logs', 'logLines')).to.deep.equal(sorted(await answerOf(studio), 'logs', 'logLines'));
  });

  it('is not saved without its log lines, and the reason is told', async () => {
    await using studio = await openStudio();
    await studio.send(orderTraces);
    await studio.send(logOf({ trace: 'order', id: 'try1' }, 'fulfilment', 31, 'WARN', 'The shelf is locked'));
    await studio.open(`/traces/${traceId('order')}`);
    const { page } = studio;
    await page.getByRole('button', { name: 'Save as JSON' }).waitFor();
    await page.route('**/logs', (route) => route.fulfill({ status: 500, body: '{"error":"No room."}' }));
    await page.getByRole('button', { name: 'Save as JSON' }).click();
    await page.getByRole('alert').getByText('Not saved: No room.').waitFor();
  });
});

/** An answer whose spans and traces are in an order of their own, as they arrived in another; without whether it was imported. */
function sorted(answer: unknown, ...without: readonly string[]): unknown {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => {
    if (['imported', ...without].includes(key)) return 0;
    return Array.isArray(value) ? value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : value;
  });
}
