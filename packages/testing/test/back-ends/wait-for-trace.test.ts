import type { RequestListener, ServerResponse } from 'node:http';
import { expectTrace, jaegerTrace, TestingError, type BackEndTraceOptions } from '@tracelink/testing';
import { traceAssertions } from '@tracelink/testing/chai';
import { expect, use } from 'chai';
import { backEnd } from '../support/back-end.ts';
import { rejection } from '../support/refusal.ts';
import { traceId } from '../support/spans.ts';

use(traceAssertions);

/** A Jaeger whose answers to the trace are given one after the other; the last one stays. */
function answering(...answers: readonly ((response: ServerResponse) => void)[]): RequestListener {
  const left = [...answers];
  return ({ url = '' }, response) => {
    if (!url.endsWith(traceId)) return void response.end('{"services":[]}');
    const answer = left.length > 1 ? left.shift() : left[0];
    answer?.(response);
  };
}

/** Answers with spans of these names, each the parent of the next. */
function spans(...names: readonly string[]): (response: ServerResponse) => void {
  const members = names.map((name, index) => ({
    traceId,
    spanId: `${index + 1}`.padStart(16, '0'),
    parentSpanId: index === 0 ? '' : `${index}`.padStart(16, '0'),
    name,
  }));
  return (response) => response.end(JSON.stringify({ result: { resourceSpans: [{ scopeSpans: [{ spans: members }] }] } }));
}

function status(code: number, body = ''): (response: ServerResponse) => void {
  return (response) => response.writeHead(code).end(body);
}

const hang = (): void => {};

describe('waiting for a trace of a back end', () => {
  const refused = async (answer: RequestListener, options: BackEndTraceOptions = { timeout: 2_000 }): Promise<TestingError> => {
    await using server = await backEnd(answer);
    return await rejection(jaegerTrace(server.url, traceId, options));
  };

  it('takes a trace as soon as it is there', async () => {
    await using server = await backEnd(answering(status(404), spans(), spans('send')));
    expect((await jaegerTrace(server.url, traceId)).spans.map(({ name }) => name)).to.deep.equal(['send']);
  });

  it('waits until what is expected of it holds, and counts as asked for what was asked then', async () => {
    await using server = await backEnd(answering(spans('request'), spans('request', 'send'), spans('request', 'send', 'process')));
    const trace = await jaegerTrace(server.url, traceId, {
      until: (expected) => expected.toHaveEdge('send', 'process', { via: 'parent' }),
    });
    expect(expectTrace(trace).leftOver()).to.have.length(1);
    expect(trace).to.have.edge('request', 'send').and.not.to.have.leftOverSpans();
  });

  it('waits for the assertions of chai too', async () => {
    await using server = await backEnd(answering(spans('request'), spans('request', 'send')));
    const trace = await jaegerTrace(server.url, traceId, {
      until: (expected) => {
        expect(expected.leftOver()).to.have.edge('request', 'send');
        return expected;
      },
    });
    expect(trace.spans).to.have.length(2);
  });

  it('continues while the back end does not answer or is not ready', async () => {
    const gone = await backEnd(hang);
    await gone.stop();
    const { url } = gone;
    const waiting = jaegerTrace(url, traceId);
    const closed = (response: ServerResponse): void => void response.destroy();
    await using server = await backEnd(
      answering(closed, status(503, 'starting'), status(429), status(500), spans('send')),
      Number(new URL(url).port),
    );
    expect(server.url).to.equal(url);
    expect((await waiting).spans).to.have.length(1);
  });

  it('says at the end of its time what was missing, and draws what was there', async () => {
    const error = await refused(answering(spans('request', 'send')), {
      timeout: 2_000,
      until: (trace) => trace.toHaveSpan('request').toHaveEdge('send', 'process'),
    });
    expect(error).to.be.instanceOf(TestingError).and.include({ code: 'timeout' });
    expect(error.message).to.match(
      new RegExp(
        [
          `^\\[timeout\\] Trace ${traceId} at http://127\\.0\\.0\\.1:\\d+ was not as expected within 2000 ms\\. No edge "send" → "process"\\. There is no span "process"\\.`,
          'There is:',
          `trace ${traceId}`,
          String.raw`└─ \?: request \(internal, 0\.0 ms\)`,
          String.raw`   └─ \?: send \(internal, 0\.0 ms\)$`,
        ].join('\n'),
      ),
    );
    expect(error.cause).to.be.instanceOf(TestingError).and.include({ code: 'unexpected_trace' });
  });

  it('says what the last answer was when the next one never came', async () => {
    const error = await refused(answering(spans('request'), hang), { timeout: 2_000, until: (trace) => trace.toHaveSpan('gone') });
    expect(error.message).to.include('No span "gone".\nThere is:\n');
  });

  it('says why no answer came', async () => {
    const cases = [
      [answering(spans()), /The back end has no span of it\.$/],
      [
        answering(status(404, 'no such page')),
        /The back end has no span of it: http:\/\/127\.0\.0\.1:\d+\/api\/v3\/traces\/\w+ answered 404: no such page$/,
      ],
      [answering(status(503, `not ready ${'.'.repeat(1_000)}`)), /\/api\/v3\/traces\/\w+ answered 503: not ready \.{290}…$/],
      [answering(hang), /\/api\/v3\/traces\/\w+ has not answered\.$/],
      [answering((response) => response.write('{"result"')), /\/api\/v3\/traces\/\w+ has not answered\.$/],
      [answering((response) => response.destroy()), /\/api\/v3\/traces\/\w+ does not answer: .*other side closed/],
    ] as const;
    const errors = await Promise.all(cases.map(([answer]) => refused(answer)));
    for (const [index, [, reason]] of cases.entries()) {
      expect(errors[index]).to.include({ code: 'timeout' });
      expect(errors[index]?.message).to.match(reason);
    }
  });

  it('stops when no further request can help', async () => {
    for (const [answer, reason] of [
      [status(401, 'who are you?'), /answered 401: who are you\?$/],
      [status(200, '<html>'), /answered with something else than JSON: <html>$/],
      [status(204), /answered 204: $/],
    ] as const) {
      const error = await refused(answering(answer), {});
      expect(error).to.include({ code: 'back_end' });
      expect(error.message).to.match(reason);
    }
  });

  it('stops when the expectation itself is invalid', async () => {
    const mistake = new TypeError('of the test');
    const error = await refused(answering(spans('send')), {
      until: () => {
        throw mistake;
      },
    });
    expect(error).to.equal(mistake);
  });

  it('refuses what is no URL, no trace id or no time', async () => {
    for (const [url, id, timeout, reason] of [
      ['127.0.0.1:16686', traceId, 1, /^\[invalid_argument\] A back end is asked by a URL .*, not by 127\.0\.0\.1:16686\.$/],
      [undefined, traceId, 1, /not by undefined\.$/],
      ['http://', traceId, 1, /not by http:\/\/\.$/],
      ['http://localhost', undefined, 1, /^\[invalid_argument\] A trace id is 32 hexadecimal digits, not undefined\.$/],
      ['http://localhost', 'abc', 1, /not abc\.$/],
      ['http://localhost', traceId, Number.NaN, /^\[invalid_argument\] timeout is a number of milliseconds up to 2147483647, not NaN\.$/],
      ['http://localhost', traceId, Infinity, /not Infinity\.$/],
      ['http://localhost', traceId, -1, /not -1\.$/],
    ] as const) {
      const error = await rejection(jaegerTrace(url as string, id as string, { timeout }));
      expect(error.message).to.match(reason);
    }
  });
});
