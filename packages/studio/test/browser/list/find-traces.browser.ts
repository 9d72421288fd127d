import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { tracesOf, type ToldSpan } from '../../support/otlp.ts';
import { axeFindings } from '../support/axe-findings.ts';
import { openStudio, type StudioPage } from '../support/studio-page.ts';

/** When flows of spans that tests tell begin. */
const flowStart = Date.UTC(2026, 10, 24, 12);
const span = (trace: string, topic: string, more: Partial<ToldSpan> = {}): ToldSpan => ({
  trace,
  id: trace,
  service: 'orders',
  name: trace,
  kind: 'consumer',
  at: 0,
  for: 10,
  ...more,
  attributes: { 'messaging.destination.name': topic, ...more.attributes },
});
const three = [
  span('first', 'orders', { at: 1_000, for: 900, attributes: { 'app.customer': 'Ada L' } }),
  span('second', 'orders', { at: 61_000, error: 'no' }),
  span('third', 'payments', { at: 121_000 }),
];

const attributes = (page: Page) => page.getByRole('textbox', { name: 'Attributes' });
const rows = async ({ page }: StudioPage, wanted: readonly string[]): Promise<void> => {
  await page.waitForFunction(
    (names) => names === [...document.querySelectorAll('.trace-row a')].map((link) => link.textContent).join(),
    wanted.join(),
  );
};

describe('the filters of the list of traces', () => {
  it('find traces by attributes, by the keyboard alone, also when it was opened by a link and while traces arrive', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf(three));
    await studio.open('/');
    await rows(studio, ['third', 'second', 'first']);
    await attributes(page).focus();
    await page.keyboard.type('messaging.destination.name=orders');
    await page.keyboard.press('Enter');
    await rows(studio, ['second', 'first']);
    await page.keyboard.type(' app.customer="Ada L"');
    await page.keyboard.press('Enter');
    await rows(studio, ['first']);
    await page.reload();
    await rows(studio, ['first']);
    expect(await attributes(page).inputValue()).to.equal('messaging.destination.name=orders app.customer="Ada L"');
    await studio.send(tracesOf([span('fourth', 'orders', { at: 200, attributes: { 'app.customer': 'Ada L' } }), span('fifth', 'orders')]));
    await rows(studio, ['first', 'fourth']);
    await attributes(page).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('app.customer exists');
    await page.keyboard.press('ArrowDown');
    // It goes into the list, and what was typed counts.
    expect(await page.evaluate(() => document.activeElement?.closest('.trace-row') !== null)).to.equal(true);
    await page.waitForURL('**/?attributes=app.customer+exists');
    await page.getByRole('link', { name: 'Show all' }).click();
    await rows(studio, ['third', 'second', 'first', 'fourth', 'fifth']);
    expect(await attributes(page).inputValue()).to.equal('');
  });

  it('say what to write instead of a condition that cannot be read', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf(three));
    await studio.open('/?attributes=orders');
    await page.getByRole('alert').getByText('orders is no condition: write orders=value, orders="a value", or orders exists.').waitFor();
    expect(await attributes(page).getAttribute('aria-invalid')).to.equal('true');
    expect(await page.locator('.trace-row').count()).to.equal(0);
    await attributes(page).fill('service.name=orders');
    await attributes(page).press('Enter');
    await rows(studio, ['third', 'second', 'first']);
    expect(await page.getByRole('alert').count()).to.equal(0);
    expect(await attributes(page).getAttribute('aria-invalid')).to.equal('false');
  });

  it('leave what is half written alone while traces arrive', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await studio.send(tracesOf(three));
    await studio.open('/');
    await rows(studio, ['third', 'second', 'first']);
    await attributes(page).focus();
    await page.keyboard.type('app.cust');
    await studio.send(tracesOf([span('fourth', 'orders')]));
    await rows(studio, ['third', 'second', 'first', 'fourth']);
    await page.keyboard.type('omer exists');
    expect(await attributes(page).inputValue()).to.equal('app.customer exists');
  });

  it('show a time from and to, the same for whoever opens the link, wherever', async () => {
    await using studio = await openStudio();
    await studio.send(tracesOf(three));
    await studio.open('/');
    const { page } = studio;
    await rows(studio, ['third', 'second', 'first']);
    const time = page.getByRole('combobox', { name: 'Time' });
    await time.selectOption('from … to …');
    await page.getByRole('textbox', { name: 'From' }).fill('2026-11-24T12:00:02');
    await rows(studio, ['third', 'second']);
    await page.getByRole('textbox', { name: 'To' }).fill('2026-11-24T12:01:30');
    await rows(studio, ['second']);
    await studio.send(tracesOf([span('fourth', 'orders', { at: 3_000 }), span('fifth', 'orders')]));
    await rows(studio, ['second', 'fourth']);
    const address = new URL(page.url());
    expect(Object.fromEntries(address.searchParams)).to.deep.equal({
      time: 'custom',
      since: '2026-11-24T12:00:02.000Z',
      until: '2026-11-24T12:01:30.000Z',
    });
    const elsewhere = await page.context().browser()?.newContext({ timezoneId: 'Asia/Kolkata' });
    const other = await elsewhere?.newPage();
    await other?.goto(address.href);
    await other?.locator('.trace-row').nth(1).waitFor();
    expect(await other?.getByRole('textbox', { name: 'From' }).inputValue()).to.equal('2026-11-24T17:30:02');
    await elsewhere?.close();
    await page.getByRole('textbox', { name: 'To' }).fill('9999-12-31T23:59:59');
    await rows(studio, ['third', 'second', 'fourth']);
    expect(await page.getByRole('alert').count()).to.equal(0);
    await page.getByRole('textbox', { name: 'To' }).fill('2026-11-24T12:00:01');
    await page.getByRole('alert').getByText('The time ends before it begins').waitFor();
    await time.selectOption('any');
    await rows(studio, ['third', 'second', 'fourth', 'first', 'fifth']);
    expect(page.url()).to.equal(`${studio.studio.url}/`);
  });

  it('keep the last minutes up to now, though nothing arrives', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    await page.clock.install({ time: flowStart + 121_000 });
    await studio.send(tracesOf(three));
    await studio.open('/?time=last-5-minutes');
    await rows(studio, ['third', 'second', 'first']);
    await page.clock.fastForward(200_000);
    await rows(studio, ['third', 'second']);
    await page.getByRole('combobox', { name: 'Time' }).selectOption('last hour');
    await rows(studio, ['third', 'second', 'first']);
    expect(new URL(page.url()).search).to.equal('?time=last-hour');
  });

  it('sort by start, duration, spans or errors, and say so to a screen reader', async () => {
    await using studio = await openStudio();
    const { page } = studio;
    const child = span('third', 'payments', { id: 'child', parent: 'third', at: 121_001, for: 1 });
    await studio.send(tracesOf([...three, child]));
    await studio.open('/?sort=errors');
    await rows(studio, ['second', 'third', 'first']);
    const sort = page.getByRole('combobox', { name: 'Sort' });
    expect(await sort.locator('option:checked').textContent()).to.equal('errors first');
    for (const [name, found, column] of [
      ['longest', ['first', 'third', 'second'], 'Duration'],
      ['most spans', ['third', 'second', 'first'], 'Spans'],
      ['newest', ['third', 'second', 'first'], 'Start'],
    ] as const) {
      await sort.selectOption(name);
      await page.getByRole('table', { name: `Traces, ${name} first` }).waitFor();
      await rows(studio, found);
      expect(await page.locator('[aria-sort]').allTextContents()).to.deep.equal([column]);
    }
    expect(page.url()).to.equal(`${studio.studio.url}/`);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      it(`give axe nothing to find and fit the page, ${colorScheme} and ${width} pixels wide`, async () => {
        await using studio = await openStudio({ colorScheme, viewport: { width, height: 800 } });
        const { page } = studio;
        await studio.send(tracesOf(three));
        await studio.open('/?time=custom&since=2026-11-24T12:00:00Z&attributes=app.customer+exists');
        await rows(studio, ['first']);
        expect(await axeFindings(page)).to.deep.equal([]);
        await attributes(page).fill('"an unclosed quote '.repeat(12));
        await attributes(page).press('Enter');
        await page.getByRole('alert').waitFor();
        expect(await axeFindings(page)).to.deep.equal([]);
        expect(
          await page.evaluate(() => [document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth]),
        ).to.deep.equal([width, width]);
      });
    }
  }
});
