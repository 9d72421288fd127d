import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { useCommand } from '../support/command.ts';

const from = 'orders.packing.dead-letter';
const traceId = 'c'.repeat(32);
const time = '2026-11-29T08:00:00Z';

describe('tracelink-kafka', () => {
  let kafka: EmbeddedKafka;
  const { start, startWith, ended, run } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, other: 1, [from]: 1 } });
    append('1', {
      [DeliveryHeader.ERROR_CLASS]: 'TimeoutError',
      [DeliveryHeader.ERROR_MESSAGE]: 'late\nat x',
      [DeliveryHeader.ATTEMPTS]: '3',
    });
    append('2', { [DeliveryHeader.ERROR_CLASS]: 'TypeError', [DeliveryHeader.ERROR_MESSAGE]: '\u001b[31mred', note: Buffer.from([0xff]) });
  });
  afterEach(() => kafka.stop());

  it('lists each dead-letter record on one line, without control characters', async () => {
    const { code, out, err } = await run('dead-letters', '--from', from);
    // On a busy machine its progress is told, too.
    expect([code, withoutProgress(err)]).to.deep.equal([0, '']);
    expect(out.split('\n')).to.deep.equal([
      `0/0        ${time} orders key 1, 3 attempts, TimeoutError: late trace ${traceId}`,
      `0/1        ${time} orders key 2, ? attempts, TypeError: \\u001b[31mred trace ${traceId}`,
      '',
    ]);
    expect((await run('dead-letters', '--from', from, '--limit', '1')).out.trim().split('\n')).to.have.length(1);
    expect((await run('dead-letters', '--from', from, '--key', '2')).out).to.match(/^0\/1 /);
    const none = await run('dead-letters', '--from', from, '--key', '3');
    expect([none.code, none.out]).to.deep.equal([0, '']);
    // On a slow machine its progress stands before it.
    expect(none.err).to.match(new RegExp(`(?:^|\\n)There is no such record in ${from}\\.\\n$`));
  });

  it('shows one record with its headers, and reports an error when the record does not exist', async () => {
    const { code, out } = await run('dead-letters', 'show', '--from', from, '--record', '0/1');
    expect(code).to.equal(0);
    expect(JSON.parse(out)).to.deep.include({
      partition: 0,
      offset: '1',
      key: '2',
      value: 'v',
      originalTopic: 'orders',
      traceId,
      replays: 0,
    });
    expect((JSON.parse(out) as { headers: object }).headers).to.include({ note: 'base64:/w==', [DeliveryHeader.ERROR_CLASS]: 'TypeError' });
    const none = await run('dead-letters', 'show', '--record', `${from}/0/9`);
    expect([none.code, withoutProgress(none.err)]).to.deep.equal([
      1,
      `tracelink-kafka: [record_missing] There is no record 9 in partition 0 of "${from}".\n`,
    ]);
  });

  it('lists the records that are there, and reports an error for the one that is not', async () => {
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    const producer = client.producer({ transactionalId: 'dead letters', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: from, messages: [{ key: '3', value: 'v' }] });
    await transaction.abort();
    await producer.disconnect();
    append('4', {});
    const named = ['0/1', '0/2', '0/4'].flatMap((place) => ['--record', place]);
    const { code, out, err } = await run('dead-letters', '--from', from, ...named);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 3)),
    ).to.deep.equal(['0/1', '0/4']);
    expect([code, withoutProgress(err)]).to.deep.equal([
      1,
      `tracelink-kafka: [record_missing] There is no record 2 in partition 0 of "${from}".\n`,
    ]);
  });

  it('shows the payload of a record that has none where the failed record stood, and says where and why it is not to be had', async () => {
    kafka.topic('orders').append(0, [{ key: 'order-1', value: 'tea', headers: { tenant: 'acme' } }]);
    const of = (offset: string): Record<string, string> => ({
      '__dlq.errors.topic': 'orders',
      '__dlq.errors.partition': '0',
      '__dlq.errors.offset': offset,
    });
    kafka.topic(from).append(0, [
      { key: null, value: null, headers: of('0') },
      { key: null, value: null, headers: of('5') },
    ]);
    const shown = async (offset: string): Promise<unknown> => {
      const { out } = await run('dead-letters', 'show', '--from', from, '--record', `0/${offset}`, '--json');
      const { value, payload } = JSON.parse(out) as { value: null; payload: { timestamp?: number } };
      expect(value).to.equal(null);
      return { ...payload, ...(payload.timestamp !== undefined && { timestamp: 'a time' }) };
    };
    expect(await shown('2')).to.deep.equal({
      at: 'orders/0/0',
      timestamp: 'a time',
      key: 'order-1',
      value: 'tea',
      headers: { tenant: 'acme' },
    });
    expect(await shown('3')).to.deep.equal({
      at: 'orders/0/5',
      missing: 'orders/0 ends at 1: the topic was made anew after the failure, or a transaction is open there',
    });
    kafka.fault({ api: 'ListOffsets', topic: 'orders' }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(await shown('2')).to.deep.equal({ at: 'orders/0/0', missing: 'Not authorized to access topics: [Topic authorization failed]' });
    const { out } = await run('dead-letters', '--from', from);
    expect(
      out
        .split('\n')
        .slice(2, 4)
        .map((line) => line.replace(/^.* trace /, '')),
    ).to.deep.equal(['- payload at orders/0/0', '- payload at orders/0/5']);
  });

  it('replays the selected records once, and prints the result', async () => {
    const dry = await run('replay', '--from', from, '--dry-run');
    expect(dry.out).to.match(
      new RegExp(
        `^${from}/0/0 would go to orders, by key for every group, key 1 trace ${traceId}\n` +
          `${from}/0/1 would go to orders, by key for every group, key 2 trace ${traceId}\nwould send 2 to orders\n` +
          'would replay 2, filtered 0, already replayed 0, replay limit reached 0, unroutable 0, failed 0: ended at the end after \\d+ ms\n$',
      ),
    );
    expect(kafka.topic('orders').records(0)).to.deep.equal([]);
    const some = await run('replay', '--from', from, '--error-class', 'TimeoutError', '--json');
    const lines = some.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.deep.equal({
      outcome: 'replayed',
      partition: 0,
      offset: '0',
      traceId,
      to: { topic: 'orders', partition: 0, offset: '0' },
    });
    expect(lines[1]).to.deep.include({ replayed: 1, filtered: 1, ended: 'at the end', dryRun: false, sentTo: { orders: 1 } });
    expect(
      kafka
        .topic('orders')
        .records(0)
        .map(({ key }) => String(key)),
    ).to.deep.equal(['1']);
    const rest = await run('replay', '--from', from, '--to', 'other', '--group', 'second', '--rate', '1000', '--max-replays', '1');
    expect(rest.out).to.match(/^sent 2 to other\nreplayed 2, /);
    expect(kafka.topic('other').records(0)).to.have.length(2);
  });

  it('prints the progress of a replay every second', async () => {
    const { out, err } = await run('replay', '--from', from, '--rate', '1');
    expect(err).to.match(/(^|\n)replayed [12]\n/);
    expect(out).to.match(/\nreplayed 2, /);
  });

  it('exits with 130 after the record in flight when Ctrl-C is pressed', async () => {
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code } = await ended(child);
    expect(code).to.equal(130);
    expect(kafka.topic('orders').records(0)).to.have.length(1);
    expect((await run('replay', '--from', from)).out).to.match(/\nreplayed 1, /);
  });

  it('ends in order when Ctrl-C reaches it twice at once, as npx passes it on', async () => {
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    // It cannot end before the second one: Node has no listeners while a process ends.
    kafka.broker(1).pause();
    const end = ended(child);
    try {
      child.kill('SIGINT');
      await wait(30);
      child.kill('SIGINT');
    } finally {
      kafka.broker(1).resume();
    }
    const { code, out } = await end;
    expect(code).to.equal(130);
    expect(JSON.parse(out)).to.include({ replayed: 1, ended: 'aborted' });
    expect((await run('replay', '--from', from)).out).to.match(/\nreplayed 1, /);
  });

  it('exits with 130 at once when Ctrl-C is pressed again', async () => {
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    // Its end in order waits for an answer, and prints the totals then.
    kafka.broker(1).pause();
    try {
      const end = ended(child);
      for (; child.exitCode === null && child.signalCode === null; await wait(100)) child.kill('SIGINT');
      expect(await end).to.include({ code: 130 });
    } finally {
      kafka.broker(1).resume();
    }
  });

  it('exits with 130 when its output is closed, and frees the group for the next replay', async () => {
    append('3', {});
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    expect(code).to.equal(130);
    expect((await run('replay', '--from', from)).out).to.match(/\nreplayed 1, /);
  });

  it('prints its help without an error when no one reads it, and its results when no one reads what it says beside them', async () => {
    const help = start('--help');
    help.stdout.destroy();
    const [err, [helpCode]] = await Promise.all([text(help.stderr), once(help, 'close')]);
    expect([helpCode, err]).to.deep.equal([0, '']);
    const replay = start('replay', '--from', from, '--rate', '1');
    replay.stderr.destroy();
    const [out, [code]] = await Promise.all([text(replay.stdout), once(replay, 'close')]);
    expect([code, out.split('\n')[0]]).to.deep.equal([0, 'sent 2 to orders']);
  });

  it('authenticates with the password from the environment', async () => {
    await using secret = await EmbeddedKafka.start({ topics: { [from]: 1 }, sasl: { users: { alice: 'secret' } } });
    const args = ['dead-letters', '--from', from, '--brokers', secret.brokers.join(','), '--sasl', 'scram-sha-256', '--username', 'alice'];
    expect(await run(...args)).to.deep.equal({
      code: 2,
      out: '',
      err: 'tracelink-kafka: KAFKA_PASSWORD in the environment is missing\nTry --help.\n',
    });
    expect((await ended(startWith({ KAFKA_PASSWORD: 'secret' }, ...args))).code).to.equal(0);
    const refused = await ended(startWith({ KAFKA_PASSWORD: 'wrong' }, ...args));
    expect(refused.code).to.equal(1);
    expect(refused.err).to.match(/^tracelink-kafka: .*Invalid credentials/);
  });

  it('prints its help and version, and exits with 2 when an option is wrong', async () => {
    expect((await run('--help')).out).to.match(/^Usage: tracelink-kafka <command>/);
    expect((await run('replay', '--version')).out).to.match(/^\d+\.\d+\.\d+\n$/);
    expect(await run('rewind')).to.deep.equal({
      code: 2,
      out: '',
      err: 'tracelink-kafka: there is no command "rewind": use doctor, replay, dead-letters or studio\nTry --help.\n',
    });
    const missing = await run('replay', '--from', 'nowhere');
    expect([missing.code, missing.err]).to.deep.equal([
      1,
      'tracelink-kafka: [topic_missing] The dead-letter topic "nowhere" does not exist, or this client may not see it.\n',
    ]);
    expect((await run('replay', '--from', from, '--to', from)).code).to.equal(2);
  });

  /** On a busy machine a command takes long enough to tell how far it is. */
  function withoutProgress(err: string): string {
    return err.replace(/^(read \d+\n)+/, '');
  }

  function append(key: string, headers: Record<string, string | Buffer>): void {
    const always = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.FAILED_ATTEMPT]: `00-${traceId}-${'d'.repeat(16)}-01` };
    kafka.topic(from).append(0, [{ key, value: 'v', headers: { ...always, ...headers }, timestamp: Date.parse(time) }]);
  }
});
