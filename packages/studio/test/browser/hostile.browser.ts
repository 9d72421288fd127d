import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { logOf, spanId, traceId, tracesOf, type ToldSpan } from '../support/otlp.ts';
import { drawnTexts } from './support/drawn-texts.ts';
import { openStudio } from './support/studio-page.ts';

const script = '<img src=x onerror="globalThis.stolen=1"><script>globalThis.stolen=1</script>';
const turned = '\u202eevil\u202c \u0007bell';
const long = 'ä'.repeat(10_000);

const hostile: readonly ToldSpan[] = [
  {
    trace: 'hostile',
    id: 'root',
    service: script,
    name: `${script}${turned}`,
    kind: 'server',
    at: 0,
    for: 5,
    error: script,
    attributes: {
      [script]: script,
      long,
      'javascript:alert(1)': 'javascript:alert(1)',
      __proto__x: 'polluted',
      turned,
      list: ['<b>', '</td></table>'],
    },
    events: [{ name: script, at: 1, attributes: { 'exception.stacktrace': `Error\n    at ${script}` } }],
  },
  {
    trace: 'hostile',
    id: 'sent',
    parent: 'root',
    service: script,
    name: long,
    kind: 'producer',
    at: 1,
    for: 1,
    attributes: { 'messaging.destination.name': script, 'messaging.operation.type': 'send' },
  },
  {
    trace: 'hostile',
    id: 'taken',
    parent: 'sent',
    service: '',
    name: '',
    kind: 'consumer',
    at: 3,
    for: 1,
    attributes: { 'messaging.destination.name': script, 'messaging.operation.type': 'process', 'messaging.batch.message_count': script },
    links: [{ trace: 'hostile', id: 'sent', attributes: { [script]: script } }],
  },
];

/** Whether anything of the spans became an element or ran. */
async function nothingRan(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    stolen: Reflect.get(globalThis, 'stolen') as unknown,
    elements: document.querySelectorAll('main img, main script, main b:not(.failed, .logs b)').length,
  }));
  expect(found).to.deep.equal({ stolen: undefined, elements: 0 });
}

describe('hostile names and values', () => {
  it('are shown as text in the list, in a trace with its details, and on the map', async () => {
    await using studio = await openStudio({
      actions: [{ name: 'harm', label: script, description: script, run: () => Promise.resolve({ message: script }) }],
    });
    await studio.send(tracesOf(hostile));
    await studio.send(logOf({ trace: 'hostile', id: 'root' }, script, 1, script, script));
    const { page } = studio;

    await studio.open('/');
    await page.locator('.trace-row').waitFor();
    expect((await drawnTexts(page.locator('.trace-row'))).join()).to.contain(script);
    await page.getByRole('button', { name: script }).click();
    await page.locator('.action-result').getByText(script).last().waitFor();
    await nothingRan(page);

    await studio.open(`/traces/${traceId('hostile')}#${spanId('root')}`);
    await page.locator('.log-body').waitFor();
    expect(await page.locator('.detail').innerText()).to.contain(`${script}\t${script}`);
    await nothingRan(page);
    await studio.open(`/traces/${traceId('hostile')}#${spanId('taken')}`);
    await page.locator('.links').getByText(script).first().waitFor();
    await nothingRan(page);

    await studio.open('/flow');
    await page.locator('.flow-node').nth(1).waitFor();
    expect(await page.locator('.flow-node').allInnerTexts()).to.satisfy((texts: string[]) => texts.some((text) => text.includes(script)));
    await nothingRan(page);
  });

  it('show control and direction characters as escapes', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf(hostile));
    await studio.open('/');
    const link = studio.page.locator('.trace-row a');
    await link.waitFor();
    expect(await link.innerText()).to.contain('\\u202eevil\\u202c \\u0007bell');
    expect(await studio.page.locator('main').innerText()).to.not.match(/\p{Bidi_Control}/u);
  });

  it('do not stretch the page, even with 10 kB without a space', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf(hostile));
    const { page } = studio;
    for (const path of [
      '/',
      `/traces/${traceId('hostile')}#${spanId('root')}`,
      `/traces/${traceId('hostile')}#${spanId('sent')}`,
      '/flow',
    ]) {
      await studio.open(path);
      await page.locator('.trace-row, .detail h2, .flow-node').first().waitFor();
      const width = await page.evaluate(() =>
        Math.max(document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0),
      );
      expect(width, path).to.be.at.most(1_280);
    }
    await studio.open(`/traces/${traceId('hostile')}#${spanId('root')}`);
    const value = page.getByRole('region', { name: 'Value of long' });
    await value.waitFor();
    expect((await value.boundingBox())?.height).to.be.at.most(230);
    expect((await value.innerText()).length).to.equal(10_000);
  });

  it('do not lengthen the page, even with 100 kB each', async () => {
    const big = 'n'.repeat(100_000);
    const span = { trace: 'big', service: big, name: big, at: 0, for: 1 };
    const attributes = { [big]: big, 'messaging.destination.name': big, 'messaging.operation.type': 'send' };
    const sent: ToldSpan = { ...span, id: 'sent', kind: 'producer', error: big, attributes, events: [{ name: big, at: 0, attributes }] };
    await using studio = await openStudio();
    await studio.send(tracesOf([sent, { ...span, id: 'taken', kind: 'consumer', links: [{ ...span, id: 'sent', attributes }] }]));
    for (const id of ['sent', 'taken']) await studio.send(logOf({ trace: 'big', id }, big, 1, 'INFO', big));
    const { page } = studio;
    for (const [path, parts] of [
      [`/traces/${traceId('big')}#${spanId('sent')}`, '.detail h2, .links > li, .events p, .attributes th, .logs > li, .long-value'],
      [`/traces/${traceId('big')}#${spanId('taken')}`, '.detail h2, .links > li > a, .attributes th, .logs > li'],
      [`/traces/${traceId('big')}?view=logs`, '.log-line'],
      ['/flow', '.flow-tables tr'],
    ] as const) {
      await studio.open(path);
      await page
        .locator('.logs > li, .log-line, .flow-tables tr')
        .nth(path.endsWith('logs') ? 1 : 0)
        .waitFor();
      const heights = await page.locator(parts).evaluateAll((all) => all.map((part) => part.getBoundingClientRect().height));
      expect(Math.max(...heights), path).to.be.within(1, 1_000);
    }
  });

  it('cannot lead to another view, wherever the address comes from', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.open(`/traces/${encodeURIComponent(script)}`);
    await page.getByRole('alert').waitFor();
    await nothingRan(page);
    await studio.open(`/?search=${encodeURIComponent(script)}&service=${encodeURIComponent(script)}&minMs=x&limit=-5`);
    await page.getByText('No trace is like this').waitFor();
    await nothingRan(page);
    await studio.open(`/traces/${traceId('hostile')}#${encodeURIComponent(script)}`);
    await page.getByRole('alert').waitFor();
    await nothingRan(page);
  });

  it('cannot become a script of the page: its policy forbids inline code, and it asks no other host for anything', async () => {
    await using studio = await openStudio();
    const response = await studio.page.goto(studio.studio.url);
    const policy = response?.headers()['content-security-policy'] ?? '';
    expect(policy).to.match(/default-src 'self'/);
    expect(policy).to.not.match(/unsafe/);
    expect(response?.headers()['x-content-type-options']).to.equal('nosniff');
  });
});
