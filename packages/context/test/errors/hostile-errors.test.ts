import { setImmediate as turn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { BackgroundTasks, forEachDetached, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { hostileValues } from '../../../../test/hostile-values.ts';
import { useTracing } from '../support/use-tracing.ts';

describe('a thrown value whose properties throw', () => {
  const spans = useTracing();

  /** Each span ended as an error that is described, whatever was thrown. */
  function expectFailed(count: number): void {
    const ended = spans.takeAll();
    expect(ended).to.have.length(count);
    for (const span of ended) {
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(span.status.message).to.be.a('string');
      expect(span.attributes['error.type']).to.be.a('string');
      expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
    }
  }

  for (const [name, make] of Object.entries(hostileValues)) {
    it(`is rethrown by withSpan as the same value: ${name}`, async () => {
      const value = make();
      const raise = (): never => {
        throw value;
      };
      const caught: boolean[] = [];
      try {
        void withSpan('throws', raise);
      } catch (error) {
        caught.push(error === value);
      }
      try {
        await withSpan('rejects', async () => raise());
      } catch (error) {
        caught.push(error === value);
      }
      try {
        for (const _step of withSpan('generator', function* () {
          yield raise();
        }))
          caught.push(false);
      } catch (error) {
        caught.push(error === value);
      }
      expect(caught).to.deep.equal([true, true, true]);
      expectFailed(3);
    });

    it(`fails its background task and is passed to onError as the same value: ${name}`, async () => {
      const value = make();
      const told: boolean[] = [];
      const tasks = new BackgroundTasks({
        onError: (error) => {
          told.push(error === value);
          throw value;
        },
      });
      const raise = (): never => {
        throw value;
      };
      const ended = [tasks.run('throws', raise), tasks.run('rejects', async () => raise())].map((task) => task.done);
      expect(await Promise.all(ended)).to.deep.equal(['failed', 'failed']);
      await tasks.drain();
      // Without someone to tell, and with a logger that throws it again.
      for (const options of [{}, { log: { info: raise, warn: raise } }]) {
        const others = new BackgroundTasks(options);
        expect(await others.run('throws', raise).done).to.equal('failed');
        await others.drain();
      }
      await turn();
      expect(told).to.deep.equal([true, true]);
      expectFailed(4);
    });

    it(`counts as a failed item of forEachDetached: ${name}`, async () => {
      const value = make();
      const told: boolean[] = [];
      const raise = (): never => {
        throw value;
      };
      const report = await forEachDetached([1], raise, { onError: (error) => void told.push(error === value) });
      expect(report.failed).to.equal(1);
      expect(told).to.deep.equal([true]);
      spans.take('detached loop');
      const source = await forEachDetached({ [Symbol.iterator]: raise }, () => {});
      expect(source.sourceError === value).to.equal(true);
      expectFailed(2);
    });
  }
});
