// Takes the pictures of the README: `npm run screenshots`. The same flow and the same Chromium make the same pictures.
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startStudio } from '@tracelink/studio';
import { chromium, type Page } from 'playwright-core';
import { findChromium, installChromium } from '../test/browser/support/find-chromium.ts';
import { deadLetterTopic, shopBroker } from '../test/browser/support/shop-broker.ts';
import { logOf, traceId, tracesOf, type OtlpLogs, type OtlpTraces } from '../test/support/otlp.ts';
import { letters, orders } from './order-letters.ts';
import { shopFlow } from './order-traces.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const views = [
  { name: 'list', path: '/', shown: '.trace-row', height: 540 },
  { name: 'trace', path: `/traces/${traceId('flaky')}`, shown: '.row', height: 690 },
  { name: 'logs', path: `/traces/${traceId('flaky')}?view=logs`, shown: '.log-line', height: 400 },
  { name: 'flow', path: '/flow', shown: '.flow-node', height: 610 },
  { name: 'dead-letter', path: `/dead-letters/${deadLetterTopic}/0/0`, shown: '.trace-beside li', height: 680, broker: true },
  { name: 'doctor', path: '/doctor', shown: '.doctor-form', height: 560, broker: true },
];

const lines = [
  ['request', 'orders', 6_004, 'INFO', 'An order for 2 of tea'],
  ['try1', 'fulfilment', 6_070, 'WARN', 'The shelf is locked: retried in 30 s'],
  ['audit', 'orders', 6_090, 'INFO', 'The order is noted'],
  ['try2', 'fulfilment', 36_090, 'INFO', 'Stock is reserved'],
  ['mark', 'orders', 36_150, 'INFO', 'The order is shipped'],
] as const;

if (findChromium() === undefined) installChromium();
const executablePath = findChromium();
if (executablePath === undefined) {
  process.stderr.write('The pictures need Chromium. Install it, or set CHROMIUM_PATH.\n');
  process.exitCode = 1;
} else await takeAll(executablePath);

async function takeAll(executablePath: string): Promise<void> {
  await using broker = await shopBroker(letters, { allowReplay: true });
  broker.kafka.topic('orders').append(0, orders);
  await using bare = await startStudio({ port: 0 });
  await using joined = await startStudio({ port: 0, ...broker.providers, log: () => {} });
  for (const { url } of [bare, joined]) {
    await send(`${url}/v1/traces`, tracesOf(shopFlow));
    for (const [id, service, at, severity, body] of lines)
      await send(`${url}/v1/logs`, logOf({ trace: 'flaky', id }, service, at, severity, body));
  }
  // One thread paints, so that edges come out alike each time.
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-partial-raster', '--num-raster-threads=1', '--disable-skia-runtime-opts'],
  });
  try {
    mkdirSync(folder, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const { name, path, shown, height, broker: ofBroker = false } of views) {
        const page = await browser.newPage({
          colorScheme,
          viewport: { width: 1280, height },
          timezoneId: 'UTC',
          locale: 'en-GB',
          reducedMotion: 'reduce',
        });
        // The day of the flow: on another one each trace would have its day beside it.
        if (name === 'list') await page.clock.setFixedTime(Date.UTC(2026, 10, 24, 12, 1));
        await page.goto(`${(ofBroker ? joined : bare).url}${path}`);
        await page.locator(shown).first().waitFor();
        await page.getByText('Live', { exact: true }).first().waitFor();
        // The batch itself is in the picture; its other orders stay a row each.
        if (name === 'trace')
          await page
            .getByRole('treeitem', { name: /^Linked trace \S+ process/ })
            .locator('.twisty')
            .click();
        if (name === 'doctor') await examine(page);
        const file = `${folder}${name}-${colorScheme}.png`;
        await page.screenshot({ path: file, animations: 'disabled' });
        process.stdout.write(`${file} ${Math.round(statSync(file).size / 1_000)} kB\n`);
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
}

/** The time of the diagnosis is that of the picture: each one would be another. */
async function examine(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Topics' }).fill('orders');
  await page.getByRole('button', { name: 'Examine' }).click();
  await page.getByRole('article').first().waitFor();
  await page.locator('.diagnosis time').evaluate((time) => (time.textContent = '29 Nov 2026, 08:00:05'));
}

async function send(url: string, body: OtlpTraces | OtlpLogs): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`The studio refused the flow: ${response.status} ${await response.text()}`);
}
