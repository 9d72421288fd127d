import { once } from 'node:events';
import { expect } from 'chai';
import type { Diagnosis } from '@tracelink/studio';
import { axeFindings } from '../support/axe-findings.ts';
import { shopBroker } from '../support/shop-broker.ts';
import { openStudio } from '../support/studio-page.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('the page of the doctor', () => {
  it('says what is wrong, what it does and how to fix it, and leads to the records', async () => {
    await using broker = await shopBroker([]);
    broker.kafka.topic('orders').append(0, [{ key: 'tea', value: 'v' }]);
    broker.kafka.topic('payments-dlt').append(0, [{ value: 'v', headers: { traceparent } }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open('/');
    await page.getByRole('link', { name: 'Doctor' }).click();
    await page.getByRole('textbox', { name: 'Topics' }).fill('orders');
    await page.keyboard.press('Enter');
    await page.getByText(/^✗ 1 of 1 topic with findings: 1 record of 1 topic read/).waitFor();
    const finding = page.getByRole('article').first();
    expect(await finding.getByRole('term').allInnerTexts()).to.include.members(['What it does', 'Fix']);
    expect(await finding.getByRole('link', { name: 'Docs' }).getAttribute('href')).to.match(/^https:.*\.md/);
    await finding.getByRole('link', { name: '0/0' }).click();
    await page.getByRole('heading', { name: 'Record 0/0' }).waitFor();
    // It is there still.
    await page.goBack();
    await page.getByText(/^✗ 1 of 1 topic/).waitFor();
  });

  it('says that nothing is wrong, and that a topic is not there', async () => {
    await using broker = await shopBroker([]);
    broker.kafka.topic('orders').append(0, [{ value: 'v', headers: { traceparent } }]);
    await using studio = await openStudio(broker.providers);
    const { page } = studio;
    await studio.open('/doctor');
    await page.getByRole('textbox', { name: 'Topics' }).fill('orders, payments-dlt');
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText(/^✓ Nothing found: 1 record of 2 topics read/).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'orders 1 record, 1 with a context' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'payments-dlt empty' }).waitFor();
    await page.getByRole('textbox', { name: 'Topics' }).fill('gone');
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByRole('status').getByText('The topic "gone" does not exist').waitFor();
  });

  it('shows how far it is until it is stopped', async () => {
    await using studio = await openStudio({
      doctor: {
        diagnose: (_, { signal, progress }): Promise<Diagnosis> => {
          progress('120 records read, now of orders');
          return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        },
      },
    });
    const { page } = studio;
    await studio.open('/doctor');
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText('Examining … 120 records read, now of orders').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. 120 records read, now of orders').waitFor();
  });

  it('shows the last diagnosis when the next one is stopped or fails, and after a reload', async () => {
    const topic = { topic: 'orders', records: 3, withContext: 3, unreadPartitions: 0, senders: {}, formats: {}, findings: [] };
    const next: (() => Promise<Diagnosis>)[] = [];
    await using studio = await openStudio({
      doctor: {
        diagnose: (_, { signal }) => {
          const cutOff = once(signal, 'abort').then(() => ({
            healthy: false,
            partial: true,
            records: 0,
            topics: [{ ...topic, records: 0, unreadPartitions: 1 }],
          }));
          return next.shift()?.() ?? cutOff;
        },
      },
    });
    const { page } = studio;
    const examine = page.getByRole('button', { name: 'Examine' });
    const last = page.getByText('✓ Nothing found: 3 records of 1 topic read');
    next.push(
      () => Promise.resolve({ healthy: true, partial: false, records: 3, topics: [topic] }),
      () => Promise.reject(new Error('The broker is away')),
    );
    await studio.open('/doctor');
    await examine.click();
    await last.waitFor();
    await examine.click();
    await page.getByText('The broker is away').waitFor();
    await last.waitFor();
    await examine.click();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped.').waitFor();
    await last.waitFor();
    await page.reload();
    await last.waitFor();
  });

  it('calls no topic empty or healthy that could not be read to its end', async () => {
    const topic = { topic: 'orders', records: 0, withContext: 0, unreadPartitions: 1, senders: {}, formats: {}, findings: [] };
    const well = { ...topic, topic: 'payments', unreadPartitions: 0 };
    let found: Diagnosis = { healthy: false, partial: false, records: 0, topics: [topic] };
    await using studio = await openStudio({ doctor: { diagnose: () => Promise.resolve(found) } });
    const { page } = studio;
    const report = page.getByRole('region', { name: 'Findings' });
    const examine = async (words: string): Promise<string[]> => {
      await page.getByRole('button', { name: 'Examine' }).click();
      await page.getByText(words).waitFor();
      expect(await axeFindings(page)).to.deep.equal([]);
      const lists = await report.getByRole('list').allInnerTexts();
      return [...lists, ...(await report.getByText(/The topics are empty/).allInnerTexts())];
    };
    await studio.open('/doctor');
    const unread = 'orders no record read; 1 partition not read to the end';
    expect(await examine('? Nothing found in what was read: 0 records of 1 topic read, 1 of 1 topic not read to the end')).to.deep.equal([
      unread,
    ]);
    expect(await report.getByRole('heading', { level: 2 }).allInnerTexts()).to.deep.equal(['Not read to the end']);
    found = { ...found, partial: true, topics: [topic, well] };
    expect(
      await examine('? Nothing found in what was read: 0 records of 2 topics read before it was ended, 1 of 2 topics not read to the end'),
    ).to.deep.equal([unread, 'payments empty']);
    expect(await report.getByRole('heading', { level: 2 }).allInnerTexts()).to.deep.equal(['Not read to the end', 'Healthy']);
  });

  it('says why it looked for no trace, and nothing of that where it looked for one or was not to', async () => {
    const topic = { topic: 'orders', records: 3, withContext: 3, unreadPartitions: 0, senders: {}, formats: {}, findings: [] };
    let found: Diagnosis;
    await using studio = await openStudio({ doctor: { diagnose: () => Promise.resolve(found) } });
    const { page } = studio;
    await studio.open('/doctor');
    for (const [tracesAsked, healthy, words] of [
      [
        0,
        false,
        '? Nothing found in what was read: 3 records of 1 topic read, no trace was looked for: no record older than half a minute names one',
      ],
      [3, true, '✓ Nothing found: 3 records of 1 topic read'],
      [undefined, true, '✓ Nothing found: 4 records of 1 topic read'],
    ] as const) {
      const records = tracesAsked === undefined ? 4 : 3;
      found = { healthy, partial: false, records, topics: [{ ...topic, ...(tracesAsked !== undefined && { tracesAsked }) }] };
      await page.getByRole('button', { name: 'Examine' }).click();
      await page.getByText(words).waitFor();
    }
  });

  it('says of how many records a finding is where a back end was asked about some of them', async () => {
    const finding = {
      rule: 'trace-unknown',
      title: 'A trace is unknown',
      records: 20,
      share: 1,
      effect: 'It ends',
      fix: 'Look at the exporter',
      causes: undefined,
      docs: 'https://docs.example/doctor.md',
      examples: [],
    };
    const findings = [
      { ...finding, of: 20 },
      { ...finding, rule: 'no-context', records: 50, of: 500, share: 0.1 },
    ];
    const topic = { topic: 'orders', records: 500, withContext: 450, unreadPartitions: 0, senders: {}, formats: {}, findings };
    const found: Diagnosis = { healthy: false, partial: false, records: 500, topics: [topic] };
    await using studio = await openStudio({ doctor: { diagnose: () => Promise.resolve(found) } });
    const { page } = studio;
    await studio.open('/doctor');
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByRole('article').first().waitFor();
    expect(
      await page
        .getByRole('article')
        .getByText(/ records, /)
        .allInnerTexts(),
    ).to.deep.equal(['trace-unknown 20 records, 100 % of 20 asked for', 'no-context 50 records, 10 %']);
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      it(`has no finding of axe and does not scroll sideways, ${colorScheme} and ${width} pixels wide`, async () => {
        await using broker = await shopBroker([{ headers: { traceparent: 'x'.repeat(300) } }]);
        broker.kafka.topic('orders').append(0, [{ key: 'k'.repeat(300), value: 'v', headers: { TraceParent: `"${traceparent}"` } }]);
        broker.kafka.topic('payments-dlt').append(0, [{ value: 'v', headers: { traceparent } }]);
        await using studio = await openStudio({ colorScheme, viewport: { width, height: 800 }, ...broker.providers });
        const { page } = studio;
        await studio.open('/doctor');
        await page.getByRole('button', { name: 'Examine' }).waitFor();
        expect(await axeFindings(page), 'before').to.deep.equal([]);
        await page.getByRole('button', { name: 'Examine' }).click();
        await page.getByRole('article').first().waitFor();
        expect(await axeFindings(page), 'findings').to.deep.equal([]);
        const wide = await page.evaluate(() =>
          [document.documentElement, document.querySelector('main')].map((element) => element?.scrollWidth),
        );
        expect(wide).to.deep.equal([width, width]);
      });
    }
  }
});
