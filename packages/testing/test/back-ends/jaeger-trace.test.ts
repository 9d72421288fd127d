import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { expectTrace, jaegerTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { backEnd } from '../support/back-end.ts';
import { orderTrace, orderTree, wholeSpan } from '../support/linked-traces.ts';
import { rejection } from '../support/refusal.ts';

// What Jaeger 2.13.0 answered when it had the spans of linked-traces.ts; test/e2e/jaeger-trace.test.ts asks a Jaeger that runs.
const recorded = JSON.parse(readFileSync(new URL('../recorded/jaeger-2.13.0.json', import.meta.url), 'utf8')) as {
  readonly traces: Readonly<Record<string, object>>;
  readonly services: { readonly services: readonly string[] };
  readonly searches: Readonly<Record<string, object>>;
};

function answerOf(path: string, searched: URLSearchParams): object | undefined {
  if (path.endsWith('/api/v3/services')) return recorded.services;
  if (path.endsWith('/api/v3/traces')) return recorded.searches[searched.get('query.service_name') ?? ''];
  return recorded.traces[path.slice(path.lastIndexOf('/') + 1)];
}

/** Answers with what was recorded, or with what `instead` gives. */
function jaeger(instead: (path: string, searched: URLSearchParams) => object | undefined = () => undefined): RequestListener {
  return ({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
    const answer = instead(pathname, searchParams) ?? answerOf(pathname, searchParams);
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { error: { httpCode: 404, message: 'No traces found' } }));
  };
}

describe('jaegerTrace', () => {
  it('reads a trace with the traces that it links to and that link to it, and none that is linked with these only', async () => {
    await using server = await backEnd(jaeger());
    const trace = await jaegerTrace(server.url, orderTrace);
    expectTrace(trace).toMatchTree(orderTree);
    expect(trace).to.deep.include({ traceId: orderTrace, truncated: false });
    expect(trace.spans.slice(0, 3).map(({ traceId }) => traceId)).to.deep.equal([orderTrace, orderTrace, orderTrace]);
  });

  it('reads every field of a span, also of a parent that is linked too', async () => {
    await using server = await backEnd(jaeger());
    const { spans } = await jaegerTrace(server.url, orderTrace.toUpperCase());
    expect(spans.find(({ parentSpanId, links }) => parentSpanId !== undefined && links.length > 0)).to.deep.equal(
      wholeSpan(1_790_000_000_000),
    );
  });

  it('keeps to the base path that Jaeger is under, and looks only at what began since the trace', async () => {
    const asked: string[] = [];
    const answer = jaeger();
    await using server = await backEnd((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    await jaegerTrace(`${server.url}/jaeger`, orderTrace);
    expect(asked).to.have.length(5);
    for (const path of asked) expect(path).to.match(/^\/jaeger\/api\/v3\//);
    const search = new URL(asked.at(-1) ?? '', server.url).searchParams;
    expect(search.get('query.start_time_min')).to.equal(new Date(1_790_000_000_000 - 60_000).toISOString());
  });

  it('reports when it could not search for all links', async () => {
    const span = (traceId: string): object => ({ traceId, spanId: '1'.repeat(16), name: 'x' });
    const traces = Array.from({ length: 200 }, (_, index) => span((index + 1).toString(16).padStart(32, '0')));
    await using many = await backEnd(
      jaeger((_, searched) =>
        searched.has('query.service_name') ? { result: { resourceSpans: [{ scopeSpans: [{ spans: traces }] }] } } : undefined,
      ),
    );
    expect(await jaegerTrace(many.url, orderTrace)).to.have.property('truncated', true);
    const error = await rejection(jaegerTrace(many.url, orderTrace, { timeout: 2_000, until: (trace) => trace.toHaveSpan('y') }));
    expect(error.message).to.match(/No span "y"\.[^]*\nThis is not all: there are more linked traces, or the back end let go of spans\.$/);

    const links = Array.from({ length: 51 }, (_, index) => ({ ...span(index.toString(16).padStart(32, 'e')) }));
    const asked: string[] = [];
    await using linking = await backEnd(
      jaeger((path) => {
        asked.push(path);
        return path.endsWith(orderTrace)
          ? { result: { resourceSpans: [{ scopeSpans: [{ spans: [{ ...span(orderTrace), links }] }] }] } }
          : undefined;
      }),
    );
    expect(await jaegerTrace(linking.url, orderTrace)).to.have.property('truncated', true);
    expect(asked.filter((path) => path.includes('/traces/e'))).to.have.length(50);
  });

  it('refuses what is not the answer of a Jaeger', async () => {
    for (const answer of [[], { result: [] }, { data: [] }, { result: { resourceSpans: [{ scopeSpans: 1 }] } }]) {
      await using server = await backEnd(jaeger((path) => (path.endsWith(orderTrace) ? answer : undefined)));
      const error = await rejection(jaegerTrace(server.url, orderTrace));
      expect(error).to.include({ code: 'back_end' });
      expect(error.message).to.include(`The answer to api/v3/traces/${orderTrace} is not the one of Jaeger's query API`);
    }
  });
});
