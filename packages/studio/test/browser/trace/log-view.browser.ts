import { expect } from 'chai';
import { orderTraces } from '../../support/order-flow.ts';
import { logOf, spanId, traceId, type ToldLink } from '../../support/otlp.ts';
import { axeFindings } from '../support/axe-findings.ts';
import { drawnTexts } from '../support/drawn-texts.ts';
import { openStudio, type StudioPage } from '../support/studio-page.ts';

const order = `/traces/${traceId('order')}`;
const request: ToldLink = { trace: 'order', id: 'request' };
const attempt: ToldLink = { trace: 'order', id: 'try1' };

async function openWithLogs(width = 1280, colorScheme: 'light' | 'dark' = 'light'): Promise<StudioPage> {
  const studio = await openStudio({ viewport: { width, height: 800 }, colorScheme });
  await studio.send(orderTraces);
  // Sent by two services, the later line first.
  await studio.send(logOf(attempt, 'fulfilment', 33, 'WARN', 'The shelf is locked'));
  await studio.send(logOf(request, 'orders', 2, 'INFO', 'An order for tea'));
  await studio.send(logOf({ trace: 'order', id: 'elsewhere' }, 'mail', 70, 'error', 'No mail server'));
  await studio.send(logOf({ trace: 'batch', id: 'many' }, 'reports', 50, 'DEBUG', 'Three orders'));
  return studio;
}

const bodies = (studio: StudioPage): Promise<string[]> => drawnTexts(studio.page.locator('.log-line .log-body'));

describe('the log lines of a trace', () => {
  for (const width of [1280, 390]) {
    it(`are shown in order of time with service, span and severity, ${width} pixels wide`, async () => {
      await using studio = await openWithLogs(width);
      const { page } = studio;
      await studio.open(order);
      await page.getByRole('link', { name: 'Log lines 3' }).click();
      await page.locator('.log-line').nth(2).waitFor();
      expect(await bodies(studio)).to.deep.equal(['An order for tea', 'The shelf is locked', 'No mail server']);
      const texts = await drawnTexts(page.locator('.log-line'));
      expect(texts[0]).to.match(/12:00:00\.002\s+2 ms\s+INFO\s+orders\s+POST \/orders/);
      expect(texts[2]).to.match(/error\s+mail\s+span not here/);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(width);
    });
  }

  it('lead to their spans, and back by a key', async () => {
    await using studio = await openWithLogs();
    const { page } = studio;
    await studio.open(`${order}?view=logs`);
    await page.locator('.log-line').filter({ hasText: 'shelf' }).getByRole('link').click();
    await page.waitForURL(`**${order}#${spanId('try1')}`);
    await page.locator('.detail .log-body').waitFor();
    await page.locator('.detail').press('l');
    await page.locator('.log-line').first().waitFor();
    await page.locator('.log-lines').press('l');
    await page.getByRole('tree').waitFor();
  });

  it('are filtered by severity and by text, and joined by those of linked traces', async () => {
    await using studio = await openWithLogs();
    const { page } = studio;
    await studio.open(`${order}?view=logs`);
    await page.locator('.log-line').nth(2).waitFor();
    await page.getByLabel('At least').selectOption('warn');
    expect(await bodies(studio)).to.deep.equal(['The shelf is locked', 'No mail server']);
    await page.getByLabel('Search in the log lines').fill('FULFILMENT');
    expect(await bodies(studio)).to.deep.equal(['The shelf is locked']);
    await page.getByLabel('Search in the log lines').fill('coffee');
    await page.getByText('No log line is like this.').waitFor();
    await page.getByLabel('Search in the log lines').fill('');
    await page.getByLabel('At least').selectOption('any');
    await page.getByLabel('With 1 line of linked traces').check();
    await page.locator('.log-line').nth(3).waitFor();
    expect(await bodies(studio)).to.deep.equal(['An order for tea', 'The shelf is locked', 'Three orders', 'No mail server']);
    expect((await drawnTexts(page.locator('.log-line'))).at(2)).to.include(`in trace ${traceId('batch').slice(0, 8)}`);
  });

  it('stay filtered after a reload and for who comes back from a span', async () => {
    await using studio = await openWithLogs();
    const { page } = studio;
    await studio.open(`${order}?view=logs`);
    await page.getByLabel('With 1 line of linked traces').check();
    await page.getByLabel('At least').selectOption('warn');
    await page.getByLabel('Search in the log lines').pressSequentially('the shelf');
    const shelf = page.locator('.log-line').filter({ hasText: 'shelf' });
    for (const leave of [
      () => page.reload(),
      async () => {
        await shelf.getByRole('link').click();
        await page.locator('.detail').waitFor();
        await page.goBack();
      },
    ]) {
      await leave();
      await shelf.waitFor();
      expect(await bodies(studio)).to.deep.equal(['The shelf is locked']);
      expect(await page.getByLabel('At least').inputValue()).to.equal('warn');
      expect(await page.getByLabel('Search in the log lines').inputValue()).to.equal('the shelf');
      expect(await page.getByLabel('With 1 line of linked traces').isChecked()).to.equal(true);
    }
  });

  it('say how they are sent while there are none, and appear when they arrive', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(orderTraces);
    await studio.open(`${order}?view=logs`);
    await page.getByText('No log line of this trace has arrived.').waitFor();
    expect(await page.locator('.first-steps li code').innerText()).to.equal('OTEL_LOGS_EXPORTER=otlp');
    await page.getByText('Live', { exact: true }).first().waitFor();
    await studio.send(logOf(request, 'orders', 2, 'INFO', 'An order for tea'));
    await page.locator('.log-line').waitFor();
    expect(await bodies(studio)).to.deep.equal(['An order for tea']);
  });

  it('show the newest line where each pushes out the first, and say that lines are gone', async () => {
    await using studio = await openStudio({ maxLogLinesPerTrace: 3 });
    const { page } = studio;
    await studio.send(orderTraces);
    for (const at of [1, 2, 3]) await studio.send(logOf(request, 'orders', at, 'INFO', `line ${at}`));
    await studio.open(`${order}?view=logs`);
    await page.locator('.log-line').nth(2).waitFor();
    expect(await page.getByText('no longer in memory').count()).to.equal(0);
    await page.locator('.live', { hasText: 'Live' }).waitFor();
    await studio.send(logOf(request, 'orders', 4, 'INFO', 'line 4'));
    await page.locator('.log-line', { hasText: 'line 4' }).waitFor();
    expect(await bodies(studio)).to.deep.equal(['line 2', 'line 3', 'line 4']);
    await page.getByText('1 earlier log line is no longer in memory.').waitFor();

    await studio.open(`${order}#${spanId('request')}`);
    await page.locator('.detail').getByText('Of the whole trace, 1 earlier log line is no longer in memory.').waitFor();
    await page.locator('.live', { hasText: 'Live' }).waitFor();
    await studio.send(logOf(request, 'orders', 5, 'INFO', 'line 5'));
    await page.locator('.detail .log-body', { hasText: 'line 5' }).waitFor();
    expect(await page.locator('.detail .log-body').allInnerTexts()).to.deep.equal(['line 3', 'line 4', 'line 5']);
  });

  it('are said to be gone where the trace alone is too large for the memory', async () => {
    await using studio = await openStudio({ maxBytes: 500_000 });
    const { page } = studio;
    await studio.send(orderTraces);
    await studio.send(logOf(request, 'orders', 1, 'INFO', 'x'.repeat(1_000_000)));
    await studio.open(`${order}?view=logs`);
    await page.getByText('1 earlier log line is no longer in memory.').waitFor();
    expect(await page.getByText('No log line of this trace has arrived.').count()).to.equal(0);
  });

  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    it(`have no finding of axe, nor has what is said of none, ${colorScheme} and ${width} pixels wide`, async () => {
      await using studio = await openWithLogs(width, colorScheme);
      const { page } = studio;
      await studio.open(`${order}?view=logs`);
      await page.locator('.log-line').nth(2).waitFor();
      expect(await axeFindings(page)).to.deep.equal([]);
      await studio.open(`/traces/${traceId('other')}?view=logs`);
      await page.getByText('No log line of this trace').waitFor();
      expect(await axeFindings(page)).to.deep.equal([]);
    });
  }
});
