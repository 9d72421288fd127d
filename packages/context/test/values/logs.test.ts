import { setImmediate as turn } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { BackgroundTasks, forEachDetached, traceFields, withSpan } from '@tracelink/context';
import { expect } from 'chai';
import { pino } from 'pino';
import winston from 'winston';
import { useTracing } from '../support/use-tracing.ts';

/** A logger, and the lines that it wrote. */
interface Logging {
  readonly info: (message: string) => void;
  readonly lines: Readonly<Record<string, unknown>>[];
}

const loggers: Readonly<Record<string, () => Logging>> = {
  pino() {
    const lines: Logging['lines'] = [];
    const logger = pino({ mixin: traceFields }, sink(lines));
    return { info: (message) => logger.info(message), lines };
  },
  winston() {
    const lines: Logging['lines'] = [];
    const logger = winston.createLogger({
      format: winston.format.combine(winston.format((info) => Object.assign(info, traceFields()))(), winston.format.json()),
      transports: [new winston.transports.Stream({ stream: sink(lines) })],
    });
    return { info: (message) => logger.info(message), lines };
  },
};

for (const [name, start] of Object.entries(loggers)) {
  describe(`a log line of ${name}`, () => {
    const spans = useTracing();

    it('has the ids of a handler after an await, and those of its detached task in that task', async () => {
      const { info, lines } = start();
      const tasks = new BackgroundTasks();
      await withSpan('request', async () => {
        tasks.run('task', async () => {
          await turn();
          info('in the task');
        });
        await turn();
        info('in the handler');
      });
      await tasks.drain();
      info('nowhere');
      const [request, task] = ['request', 'task'].map((span) => spans.take(span).spanContext());
      expect(idsOf(lines)).to.have.deep.members([
        ['in the task', task?.traceId, task?.spanId, '01'],
        ['in the handler', request?.traceId, request?.spanId, '01'],
        ['nowhere', undefined, undefined, undefined],
      ]);
      expect(task?.traceId).to.equal(request?.traceId);
    });

    it('has the ids of the loop in an item of the loop', async () => {
      const { info, lines } = start();
      await forEachDetached([1, 2], async (item) => {
        await turn();
        info(`item ${item}`);
      });
      const loop = spans.take('detached loop').spanContext();
      expect(idsOf(lines)).to.have.deep.members([
        ['item 1', loop.traceId, loop.spanId, '01'],
        ['item 2', loop.traceId, loop.spanId, '01'],
      ]);
    });
  });
}

function sink(lines: Logging['lines']): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as Record<string, unknown>);
      done();
    },
  });
}

function idsOf(lines: Logging['lines']): unknown[] {
  return lines.map(({ msg, message, trace_id: traceId, span_id: spanId, trace_flags: flags }) => [msg ?? message, traceId, spanId, flags]);
}
