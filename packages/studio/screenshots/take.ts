// Takes the pictures of the README: `npm run screenshots`. The same flow and the same Chromium make the same pictures.
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startStudio } from '@tracelink/studio';
import { chromium } from 'playwright-core';
import { findChromium, installChromium } from '../test/browser/support/find-chromium.ts';
import { logOf, traceId, tracesOf, type OtlpLogs, type OtlpTraces } from '../test/support/otlp.ts';
import { shopFlow } from './order-traces.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const views = [
  { name: 'list', path: '/', shown: '.trace-row', height: 540 },
  { name: 'trace', path: `/traces/${traceId('flaky')}`, shown: '.row', height: 690 },
  { name: 'logs', path: `/traces/${traceId('flaky')}?view=logs`, shown: '.log-line', height: 400 },
  { name: 'flow', path: '/flow', shown: '.flow-node', height: 610 },
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
  await using studio = await startStudio({ port: 0 });
  await send(`${studio.url}/v1/traces`, tracesOf(shopFlow));
  for (const [id, service, at, severity, body] of lines)
    await send(`${studio.url}/v1/logs`, logOf({ trace: 'flaky', id }, service, at, severity, body));
  // One thread paints, so that edges come out alike each time.
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-partial-raster', '--num-raster-threads=1', '--disable-skia-runtime-opts'],
  });
  try {
    mkdirSync(folder, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const { name, path, shown, height } of views) {
        const page = await browser.newPage({
          colorScheme,
          viewport: { width: 1280, height },
          timezoneId: 'UTC',
          locale: 'en-GB',
          reducedMotion: 'reduce',
        });
        await page.goto(`${studio.url}${path}`);
        await page.locator(shown).first().waitFor();
        await page.getByText('Live', { exact: true }).first().waitFor();
        // The batch itself is in the picture; its other orders stay a row each.
        if (name === 'trace')
          await page
            .getByRole('treeitem', { name: /^Linked trace \S+ process/ })
            .locator('.twisty')
            .click();
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

async function send(url: string, body: OtlpTraces | OtlpLogs): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`The studio refused the flow: ${response.status} ${await response.text()}`);
}
