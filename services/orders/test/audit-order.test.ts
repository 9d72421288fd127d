import { BackgroundTasks } from '@tracelink/context';
import { expect } from 'chai';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../demo/postgres/embedded-postgres.ts';
import { LogLines } from '../../kit/test/support/log-lines.ts';
import { inSpan, useTracing } from '../../kit/test/support/tracing.ts';
import { AuditNotes } from '../src/audit/audit-notes.ts';
import { auditOrder, reportTask } from '../src/audit/audit-order.ts';
import { caller } from '../src/order/caller.ts';
import { databasePool } from '../src/database/database-pool.ts';
import type { Order } from '../src/order/order.ts';

describe('auditOrder', () => {
  const spans = useTracing();
  let postgres: EmbeddedPostgres;
  let pool: ReturnType<typeof databasePool>;
  let logs: LogLines;
  before(async () => {
    postgres = await startEmbeddedPostgres();
    pool = databasePool(postgres.url, new LogLines().log);
  });
  beforeEach(() => {
    logs = new LogLines();
  });
  after(async () => {
    await pool.end();
    await postgres.stop();
  });

  const order: Order = {
    orderId: '11111111-1111-4111-8111-111111111111',
    sku: 'tea',
    quantity: 2,
    status: 'placed',
    placedAt: '2026-01-02T03:04:05.678Z',
  };

  it("writes one note per order, with the request's trace id, after the request has ended", async () => {
    const notes = new AuditNotes(pool);
    await notes.prepare();
    const tasks = new BackgroundTasks({ onError: reportTask(logs.log) });
    const audit = auditOrder({ tasks, notes, log: logs.log });
    const traceId = await inSpan('request', async (id) => {
      caller.with('a browser', () => audit(order));
      return id;
    });
    // The second is another request's: a repetition by Kafka or a client changes nothing.
    await inSpan('request', async () => audit(order));
    expect(await tasks.drain()).to.include({ finished: 2, failed: 0 });
    const { rows } = await pool.query('SELECT order_id, note, noted_at, trace_id FROM audit_notes');
    expect(rows).to.deep.equal([
      { order_id: order.orderId, note: '2 of tea ordered', noted_at: new Date(order.placedAt), trace_id: traceId },
    ]);
    expect(await logs.line('Audit note written')).to.include({ trace_id: traceId, caller: 'a browser' });
    const [request, again] = [spans.take('request'), spans.take('request')];
    for (const parent of [request, again]) {
      const note = spans.take('audit note');
      expect(note.parentSpanContext?.spanId).to.equal(parent.spanContext().spanId);
      expect(note.attributes).to.include({ 'tracelink.async': true });
    }
  });

  it('logs one line in the trace when a note cannot be written', async () => {
    const silent = databasePool('postgres://127.0.0.1:1/none', logs.log);
    const tasks = new BackgroundTasks({ onError: reportTask(logs.log) });
    const audit = auditOrder({ tasks, notes: new AuditNotes(silent), log: logs.log });
    const traceId = await inSpan('request', async (id) => {
      audit(order);
      return id;
    });
    expect(await logs.line('The database does not answer')).to.include({ task: 'audit note', outcome: 'failed', trace_id: traceId });
    await tasks.drain();
    expect(logs.lines.filter(({ level }) => level === 'error')).to.have.length(1);
    expect(spans.takeAll().map(({ name }) => name)).to.deep.equal(['request', 'audit note']);
    await silent.end();
  });

  it('logs a line, too, when the thrown value is no error of the service', async () => {
    const tasks = new BackgroundTasks({ onError: reportTask(logs.log) });
    await tasks.run('odd', () => Promise.reject('nothing to say')).done;
    expect(await logs.line('A background task failed')).to.include({ task: 'odd', outcome: 'failed', error: 'nothing to say' });
    spans.take('odd');
  });
});
