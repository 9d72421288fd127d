import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { TraceStore } from '../../src/store/trace-store.ts';
import type { Span } from '../../src/telemetry/span.ts';
import { group, line, span, traceId } from '../support/stored.ts';

const manySpans = (trace: number, count: number): Span[] => Array.from({ length: count }, (_, id) => span(trace, id));

/** Milliseconds of this process's own time: what else runs on the machine takes none of it. */
function taken(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user } = process.cpuUsage(before);
  return user / 1_000;
}

/** Bytes of the heap that are in use. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('what goes out of memory', () => {
  it('takes less time than it took to come, however large its trace is', () => {
    const store = new TraceStore({ maxSpans: 150_000, maxSpansPerTrace: 150_000, maxBytes: 1e9 });
    const spans = manySpans(0, 150_000);
    const came = taken(() => store.addSpans([group(spans)]));
    const went = taken(() => store.addSpans([group([span(1, 0)])]));
    expect(store.held).to.include({ spans: 1, dropped: 150_000 });
    expect(went).to.be.below(came);
  });

  it('takes time by what goes, not by what stays, at the limit of one trace', () => {
    const store = new TraceStore({ maxSpans: 1e6, maxSpansPerTrace: 60_000, maxBytes: 1e9 });
    const [first, others] = [manySpans(0, 60_000), manySpans(1, 180_000)];
    const came = taken(() => store.addSpans([group(first)]));
    const cameAndWent = taken(() => {
      for (let start = 0; start < others.length; start += 500) store.addSpans([group(others.slice(start, start + 500))]);
    });
    expect(store.held).to.include({ spans: 120_000, dropped: 120_000 });
    // Three times as much comes as did at first, and goes: about 5 times, and 30 where all that stays was passed for each that goes.
    expect(cameAndWent).to.be.below(15 * came);
  });

  it('keeps the last log lines of a trace that has too many, whether they came at once or one by one', () => {
    const store = new TraceStore({ maxLogLinesPerTrace: 2 });
    store.addLogLines([1, 2, 3, 4, 5].map((timeUs) => ({ ...line(0, 0), timeUs })));
    store.addLogLines([{ ...line(0, 0), timeUs: 6 }]);
    const trace = store.trace(traceId(0));
    expect(trace?.logLines.map((held) => held.line.timeUs)).to.deep.equal([5, 6]);
    expect(trace?.lostLogLines).to.equal(4);
  });

  it('leaves no memory behind when it comes back and goes again', () => {
    const store = new TraceStore({ maxSpans: 1 });
    const [first, second] = [group([span(0, 0)]), group([span(1, 0)])];
    const flap = (): void => {
      for (let count = 0; count < 50_000; count++) {
        store.addSpans([first]);
        store.addSpans([second]);
      }
    };
    flap();
    const before = heapUsed();
    flap();
    expect(heapUsed() - before).to.be.below(2_000_000);
  });
});
