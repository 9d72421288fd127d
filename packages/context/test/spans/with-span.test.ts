import { diag, SpanStatusCode, trace } from '@opentelemetry/api';
import { traceId, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { useTracing } from '../support/use-tracing.ts';

describe('withSpan', () => {
  const spans = useTracing();

  it('returns what the function returns, and ends the span', () => {
    expect(withSpan('sum', (span) => (span === trace.getActiveSpan() ? 3 : 0), { attributes: { a: 1 } })).to.equal(3);
    expect(spans.take('sum')).to.deep.include({ attributes: { a: 1 }, status: { code: SpanStatusCode.UNSET } });
  });

  it('stays open and active until the promise settles', async () => {
    const working = withSpan('load', async () => {
      await Promise.resolve();
      return traceId();
    });
    expect(spans.open()).to.deep.equal(['load']);
    expect(await working).to.equal(spans.take('load').spanContext().traceId);
  });

  it('records a thrown or rejected value once and rethrows the same object', async () => {
    const error = new RangeError('too far');
    expect(() =>
      withSpan('sync', () => {
        throw error;
      }),
    ).to.throw(RangeError, 'too far');
    expect(await withSpan('async', () => Promise.reject(error)).catch((reason: unknown) => reason)).to.equal(error);
    for (const name of ['sync', 'async']) {
      const span = spans.take(name);
      expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'too far' });
      expect(span.attributes).to.deep.equal({ 'error.type': 'RangeError' });
      expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
    }
  });

  it('ends the span whatever is thrown', async () => {
    const hostile = {
      toString(): string {
        throw new Error('no text');
      },
    };
    for (const thrown of [undefined, null, 'text', hostile, Object.assign(new Error('e'), { name: '' })]) {
      expect(await withSpan('odd', () => Promise.reject(thrown)).catch((reason: unknown) => reason)).to.equal(thrown);
      expect(spans.take('odd').attributes).to.deep.equal({ 'error.type': '_OTHER' });
    }
  });

  it('ends once when a thenable misbehaves', async () => {
    const twice = {
      // oxlint-disable-next-line unicorn/no-thenable -- a thenable that answers twice is the subject
      then(resolve: (value: number) => void, reject: (error: Error) => void): void {
        resolve(1);
        reject(new Error('late'));
      },
    };
    expect(await withSpan('twice', () => twice as unknown as PromiseLike<number>)).to.equal(1);
    expect(spans.take('twice').status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('runs each step of a generator inside the span, which an early end or a throw ends too', async () => {
    const ids = (): Generator<string | undefined> =>
      withSpan('steps', function* () {
        yield traceId();
        yield traceId();
      });
    expect(spans.open()).to.deep.equal([]);
    const seen = [...ids()];
    expect(new Set([...seen, spans.take('steps').spanContext().traceId])).to.have.property('size', 1);
    for (const id of ids()) if (id !== undefined) break;
    expect(spans.take('steps').status.code).to.equal(SpanStatusCode.UNSET);

    const failing = withSpan('failing', async function* () {
      yield 1;
      throw new Error('second step');
    });
    const all = async (): Promise<void> => {
      for await (const _ of failing);
    };
    expect(await all().catch((error: Error) => error.message)).to.equal('second step');
    expect(spans.take('failing').status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'second step' });

    const broken = withSpan('broken', function* () {
      yield 1;
      throw new Error('in a step');
    });
    expect(() => [...broken]).to.throw('in a step');
    expect(spans.take('broken').events).to.have.length(1);
  });
});

describe('withSpan beside a span processor that throws', () => {
  // A kind of error of its own: the process says each kind once.
  const fail = (): never => {
    throw Object.assign(new Error('processor'), { name: 'ProcessorError' });
  };
  const spans = useTracing([{ onStart: fail, onEnd: fail, forceFlush: async () => {}, shutdown: async () => {} }]);
  const said: unknown[] = [];

  before(() => diag.setLogger({ error: (...words) => void said.push(words.join(' ')), warn() {}, info() {}, debug() {}, verbose() {} }));
  after(() => diag.disable());

  it('does the work, and logs the error to the diagnostics', () => {
    expect(withSpan('work', () => 7)).to.equal(7);
    expect(said.join('\n')).to.include('the work itself is not affected: processor');
    spans.reset();
  });
});
