import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { orderTraces } from '../../support/order-flow.ts';
import { traceId, tracesOf } from '../../support/otlp.ts';
import { openStudio } from '../support/studio-page.ts';

const jaeger = fileURLToPath(new URL('../../imports/fixtures/jaeger-2.13.0.json', import.meta.url));
const order = { service: 'orders', name: 'GET /', at: 0, for: 1 };

/** Chooses files by the button. */
async function choose(page: Page, ...files: readonly (string | { name: string; mimeType: string; buffer: Buffer })[]): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import' }).click();
  await (await chooser).setFiles(files as string[]);
}

const file = (name: string, content: string): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: 'application/json',
  buffer: Buffer.from(content),
});

describe('a file of a trace', () => {
  it('that one studio saved is shown by another that imports it, marked as imported, also in its list', async () => {
    await using saving = await openStudio();
    await saving.send(orderTraces);
    await saving.open(`/traces/${traceId('order')}`);
    const started = saving.page.waitForEvent('download');
    await saving.page.getByRole('button', { name: 'Save as JSON' }).click();
    const saved = await readFile(await (await started).path(), 'utf8');

    await using studio = await openStudio();
    const { page } = studio;
    await studio.open('/');
    await choose(page, file('trace.json', saved));
    await page.getByRole('heading', { name: 'POST /orders' }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`/traces/${traceId('order')}`);
    await page.locator('.trace-heading').getByText('imported', { exact: true }).waitFor();
    expect(await page.getByRole('treeitem', { name: /^Linked trace .* imported/ }).count()).to.equal(2);
    await page.getByRole('link', { name: 'Traces' }).click();
    await page.locator('.trace-row').filter({ hasText: 'POST /orders' }).getByText('imported', { exact: true }).waitFor();
  });

  it('is imported when it is dropped on any view, which shows where it can be dropped', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.open('/flow');
    await page.getByText('No span has arrived yet.').waitFor();
    const transfer = await page.evaluateHandle(
      (content) => {
        const data = new DataTransfer();
        data.items.add(new File([content], 'jaeger.json', { type: 'application/json' }));
        return data;
      },
      await readFile(jaeger, 'utf8'),
    );
    await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
    await page.getByText('Drop to import').waitFor();
    await page.dispatchEvent('main', 'dragleave', { dataTransfer: transfer });
    await page.getByText('Drop to import').waitFor({ state: 'detached' });
    await page.dispatchEvent('main', 'dragover', { dataTransfer: transfer });
    await page.dispatchEvent('main', 'drop', { dataTransfer: transfer });
    await page.getByRole('heading', { name: 'POST /orders' }).waitFor();
    expect(await page.getByText('Drop to import').count()).to.equal(0);
  });

  it('that cannot be read is told with its name and the reason, beside others that can, until one closes it', async () => {
    await using studio = await openStudio({ viewport: { width: 390, height: 800 } });
    const { page } = studio;
    await studio.open('/');
    await choose(page, file('a.json', '{"traceEvents":[]}'), file('b.json', JSON.stringify(tracesOf([{ ...order, trace: 'b', id: 'b' }]))));
    await page.getByRole('heading', { name: 'GET /' }).waitFor();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).to.match(/^a\.json was not imported\. This is JSON, but no traces: /);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(390);
    await page.getByRole('button', { name: /^Close what was said/ }).click();
    await alert.waitFor({ state: 'detached' });
  });

  it('that is larger than memory is shown from its first trace that is there, with how many of its spans are not', async () => {
    await using studio = await openStudio({ maxSpansPerTrace: 2 });
    const { page } = studio;
    await studio.open('/');
    const spans = ['a', 'b', 'c'].map((id) => ({ ...order, trace: 'large', id }));
    await choose(page, file('large.json', JSON.stringify(tracesOf(spans))));
    await page.getByRole('heading', { name: 'GET /' }).waitFor();
    expect(await page.getByRole('alert').innerText()).to.equal('large.json: memory has no room for 1 of 3 spans.');
  });

  it('that is read in part is shown, with how much of it could not be read', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.open('/');
    const { resourceSpans } = tracesOf([{ ...order, trace: 'part', id: 'part' }]) as {
      resourceSpans: { scopeSpans: { spans: object[] }[] }[];
    };
    resourceSpans[0]?.scopeSpans[0]?.spans.push({ name: 'no ids' });
    await choose(page, file('part.json', JSON.stringify({ resourceSpans })));
    await page.getByRole('heading', { name: 'GET /' }).waitFor();
    expect(await page.getByRole('alert').innerText()).to.equal(
      'part.json: 1 span or log line could not be read. "traceId" is not what OTLP has there.',
    );
  });
});
