import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Outbox, RelayOptions } from '../../src/outbox/index.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useOutboxes } from '../support/postgres/outbox.ts';
import { useEmbeddedPostgres } from '../support/postgres/postgres.ts';
import type { StoppedRelayTask, StoppedRelayWord } from '../programs/stopped-relay.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

const program = fileURLToPath(new URL('../programs/stopped-relay.ts', import.meta.url));
const lease = 500;

describe('an outbox relay that is suspended while it sends', function () {
  // Another relay acquires the lease only after it expired, and a broker takes time to end the transaction.
  this.timeout(60_000);
  const kafka = useKafka();
  const postgres = useEmbeddedPostgres();
  const { open, relay } = useOutboxes(postgres);
  const children: ChildProcess[] = [];

  postgres.beforeEnd(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  });
  afterEach('take the spans', () => void spans.takeAll());
  const { spans } = useTracing();

  it('is fenced by the brokers when it continues, stands by, and counts nothing as sent', async () => {
    const { values, next, child } = await overtaken('strict');
    expect(values).to.deep.equal(['a:0', 'a:1', 'a:2']);
    expect(await next()).to.deep.equal({
      word: 'warned',
      text: 'Another relay of the outbox has taken the lease: this one stands by, what it was sending is left to the other',
      state: 'standby',
      held: 0,
    });
    child.send('drain');
    expect(await next()).to.deep.equal({ word: 'drained', sent: 0 });
  });

  it('sends an old message after a newer one of its key when the ordering is relaxed', async () => {
    expect((await overtaken('relaxed')).values).to.deep.equal(['a:0', 'a:1', 'a:0', 'a:2']);
  });

  /** One relay is suspended with `a:0`, another sends that and `a:1`, the first continues; `a:2` is sent after that. */
  async function overtaken(ordering: NonNullable<RelayOptions['ordering']>) {
    const topic = await kafka.createTopic();
    const { box, pool, table } = await open();
    const add = (value: string): Promise<void> => box.add(pool, { topic, messages: [{ key: 'a', value }] });
    await add('a:0');
    const { child, next } = start({ url: postgres.url(), table, brokers: kafka.brokers(), ordering, lease });
    expect(await next()).to.deep.equal({ word: 'waiting' });
    child.kill('SIGSTOP');
    await add('a:1');
    const second = relay(box, kafka.brokers(), { ordering, lease, listen: false });
    await emptied(box);
    child.kill('SIGCONT');
    // Its next request shows that it has continued: it is rejected, or it has sent and polls for more.
    const words = ordering === 'strict' ? [await next()] : [];
    if (ordering === 'relaxed') await read(topic, 3);
    await add('a:2');
    await emptied(box);
    expect(second.health()).to.deep.equal({ ok: true, state: 'relaying', held: [], error: undefined });
    const values = await read(topic, ordering === 'strict' ? 3 : 4);
    return { values, child, next: async () => words.shift() ?? next() };
  }

  function start(task: StoppedRelayTask): { readonly child: ChildProcess; readonly next: () => Promise<StoppedRelayWord> } {
    const child = fork(program, [JSON.stringify(task)], {
      execArgv: ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning'],
    });
    children.push(child);
    const words: StoppedRelayWord[] = [];
    let heard = (): void => {};
    child.on('message', (word: StoppedRelayWord) => {
      words.push(word);
      heard();
    });
    return {
      child,
      next: async () => {
        while (words.length === 0) await new Promise<void>((resolve) => (heard = resolve));
        return words.shift() as StoppedRelayWord;
      },
    };
  }

  /** Values until there are `count` or the last added one: also of transactions that did not commit. */
  async function read(topic: string, count: number): Promise<readonly string[]> {
    const consumer = await kafka.consumer({ readUncommitted: true });
    const values: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { value } }) => {
        if (values.push(String(value)) >= count || String(value) === 'a:2') resolve();
      },
    });
    await promise;
    return values;
  }

  async function emptied(box: Outbox): Promise<void> {
    while ((await box.pending()).messages > 0);
  }
});
