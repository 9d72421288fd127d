import { startStudio, type Studio, type StudioOptions } from '@tracelink/studio';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { OtlpLogs, OtlpTraces } from '../../support/otlp.ts';
import { findChromium } from './find-chromium.ts';

/** A studio with a page of a browser open on it. */
export interface StudioPage extends AsyncDisposable {
  readonly studio: Studio;
  readonly page: Page;
  /** Sends spans or log lines as an exporter does, and resolves when the studio has taken them. */
  send(body: OtlpTraces | OtlpLogs): Promise<void>;
  /** Opens an address of the studio. */
  open(path: string): Promise<void>;
  /** Stops the studio, whose traces are gone, and starts another at the same address. */
  restart(options?: Pick<StudioOptions, OfStudio>): Promise<void>;
  /**
   * Closes both.
   *
   * @throws {Error} when the page had an error, did what its content security policy forbids, or asked another host for something
   */
  [Symbol.asyncDispose](): Promise<void>;
}

type OfStudio = 'actions' | 'deadLetters' | 'doctor' | 'maxBytes' | 'maxSpansPerTrace' | 'maxLogLinesPerTrace';

/** What a test asks of {@link openStudio}. */
export interface StudioPageOptions extends BrowserContextOptions, Pick<StudioOptions, OfStudio> {}

const wide = { width: 1280, height: 800 };
let browser: Promise<Browser> | undefined;

after(async () => {
  await (await browser)?.close();
  browser = undefined;
});

afterEach(function () {
  // A test that failed and whose page had faults too: mocha would show neither.
  const error: unknown = this.currentTest?.err;
  if (error instanceof SuppressedError) process.stderr.write(`${String(error.suppressed)}\n${String(error.error)}\n`);
});

/** Starts a studio of its own and a browser context of its own, 1280 pixels wide where the test says nothing else. */
export async function openStudio({
  actions,
  deadLetters,
  doctor,
  maxBytes,
  maxSpansPerTrace,
  maxLogLinesPerTrace,
  ...context
}: StudioPageOptions = {}): Promise<StudioPage> {
  // A sandbox inside a container that runs as root cannot be had; all that is opened is our own page.
  browser ??= chromium.launch({ executablePath: findChromium() ?? 'chromium', args: ['--no-sandbox'] });
  let studio = await startStudio({
    port: 0,
    log: () => {},
    ...(actions && { actions }),
    ...(deadLetters && { deadLetters }),
    ...(doctor && { doctor }),
    ...(maxBytes && { maxBytes }),
    ...(maxSpansPerTrace && { maxSpansPerTrace }),
    ...(maxLogLinesPerTrace && { maxLogLinesPerTrace }),
  });
  const session = await (await browser).newContext({ viewport: wide, timezoneId: 'UTC', locale: 'en-GB', ...context });
  const page = await session.newPage();
  const faults: string[] = [];
  // Where a network of this machine comes or goes, a container's say, the browser gives up what it is loading: then again.
  let networkChanged = false;
  page.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'net::ERR_NETWORK_CHANGED') networkChanged = true;
  });
  page.on('pageerror', (error) => faults.push(`page: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    // What tests do on purpose, a browser writes there by itself: a trace that is not there, a broken line, a studio that was stopped.
    if (
      message.type() === 'error' &&
      !/status of [45]|ERR_(?:INTERNET_DISCONNECTED|NETWORK_CHANGED|\w*CHUNKED\w*|CONNECTION_\w+)/.test(message.text())
    )
      faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${studio.url}/`)) faults.push(`request: ${request.url()}`);
  });
  return {
    get studio() {
      return studio;
    },
    page,
    send: (body) => send(studio.url, body),
    open: async (path) => {
      do {
        networkChanged = false;
        await page.goto(`${studio.url}${path}`);
      } while (networkChanged);
    },
    restart: async (options = {}) => {
      const { port } = studio;
      await studio.stop();
      studio = await startStudio({ port, log: () => {}, ...options });
    },
    [Symbol.asyncDispose]: async () => {
      await session.close();
      await studio.stop();
      if (faults.length > 0) throw new Error(`The page has faults:\n${faults.join('\n')}`);
    },
  };
}

async function send(url: string, body: OtlpTraces | OtlpLogs): Promise<void> {
  const response = await fetch(`${url}/v1/${'resourceSpans' in body ? 'traces' : 'logs'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The studio refused what it was sent: ${response.status} ${await response.text()}`);
}
