import { expect } from 'chai';
import type { Studio } from '@tracelink/studio';
import { tracesOf, type OtlpLogs, type OtlpTraces, type ToldSpan } from './otlp.ts';

/** Sends spans or log lines as an exporter does. */
export async function post(studio: Studio, body: OtlpTraces | OtlpLogs): Promise<void> {
  const response = await fetch(`${studio.url}/v1/${'resourceSpans' in body ? 'traces' : 'logs'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([response.status, await response.text()]).to.deep.equal([200, '{}']);
}

/** Sends spans that a test tells. */
export async function tell(studio: Studio, ...spans: readonly ToldSpan[]): Promise<void> {
  await post(studio, tracesOf(spans));
}

/** What the studio answers to a GET, as JSON. */
export async function get<T>(studio: Studio, path: string): Promise<T> {
  const response = await fetch(`${studio.url}${path}`);
  const text = await response.text();
  expect(response.status, text).to.equal(200);
  return JSON.parse(text) as T;
}
