import { once } from 'node:events';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
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
    expect([code, err]).to.deep.equal([0, '']);
    expect(out.split('\n')).to.deep.equal([
      `0/0        ${time} orders key 1, 3 attempts, TimeoutError: late trace ${traceId}`,
      `0/1        ${time} orders key 2, ? attempts, TypeError: \\u001b[31mred trace ${traceId}`,
      '',
    ]);
    expect((await run('dead-letters', '--from', from, '--limit', '1')).out.trim().split('\n')).to.have.length(1);
    expect((await run('dead-letters', '--from', from, '--key', '2')).out).to.match(/^0\/1 /);
    expect(await run('dead-letters', '--from', from, '--key', '3')).to.deep.equal({
      code: 0,
      out: '',
      err: `There is no such record in ${from}.\n`,
    });
  });

  it('shows one record with its headers, and reports an error when the record does not exist', async () => {
    const { code, out } = await run('dead-letters', 'show', '--from', from, '--partition', '0', '--offset', '1');
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
    const none = await run('dead-letters', 'show', '--from', from, '--partition', '0', '--offset', '9');
    expect([none.code, none.err]).to.deep.equal([
      1,
      `tracelink-kafka: [record_missing] There is no record 9 in partition 0 of "${from}".\n`,
    ]);
  });

  it('replays the selected records once, and prints the result', async () => {
    const dry = await run('replay', '--from', from, '--dry-run');
    expect(dry.out).to.match(
      /^would replay 2, filtered 0, replay limit reached 0, unroutable 0, failed 0: ended at the end after \d+ ms\n$/,
    );
    expect(kafka.topic('orders').records(0)).to.deep.equal([]);
    const some = await run('replay', '--from', from, '--error-class', 'TimeoutError', '--json');
    const lines = some.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines[0]).to.deep.equal({ outcome: 'replayed', partition: 0, offset: '0', traceId });
    expect(lines.at(-1)).to.include({ replayed: 1, filtered: 1, ended: 'at the end', dryRun: false });
    expect(
      kafka
        .topic('orders')
        .records(0)
        .map(({ key }) => String(key)),
    ).to.deep.equal(['1']);
    const rest = await run('replay', '--from', from, '--to', 'other', '--group', 'second', '--rate', '1000', '--max-replays', '1');
    expect(rest.out).to.match(/^replayed 2, /);
    expect(kafka.topic('other').records(0)).to.have.length(2);
  });

  it('prints the progress of a replay every second', async () => {
    const { out, err } = await run('replay', '--from', from, '--rate', '1');
    expect(err).to.match(/(^|\n)replayed [12]\n/);
    expect(out).to.match(/^replayed 2, /);
  });

  it('exits with 130 after the record in flight when Ctrl-C is pressed', async () => {
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code } = await ended(child);
    expect(code).to.equal(130);
    expect(kafka.topic('orders').records(0)).to.have.length(1);
    expect((await run('replay', '--from', from)).out).to.match(/^replayed 1, /);
  });

  it('exits with 130 when its output is closed, and frees the group for the next replay', async () => {
    append('3', {});
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    expect(code).to.equal(130);
    expect((await run('replay', '--from', from)).out).to.match(/^replayed 1, /);
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
    for (const [args, message] of [
      [[], 'it takes a command: doctor, replay, dead-letters or studio'],
      [['rewind'], 'there is no command "rewind": use doctor, replay, dead-letters or studio'],
      [['replay'], '--from is missing'],
      [['replay', '--from', from, '--limit', '0'], '--limit takes a whole number from 1, not "0"'],
      [['replay', '--from', from, '--brokers', 'here'], '--brokers takes host:port, with commas between, not "here"'],
      [['dead-letters', '--from', from, '--dry-run'], "Unknown option '--dry-run'"],
      [['dead-letters', 'show', '--from', from, '--partition', '0'], '--offset is missing'],
      [['replay', '--from', from, '--partition', '0'], '--offset is missing'],
      [['replay', '--from', from, '--since', 'yesterday'], '--since takes a time such as 2026-11-29T08:00Z, or a duration such as'],
      [['dead-letters', '--from', from, '--sasl', 'gssapi'], '--sasl takes plain, scram-sha-256, scram-sha-512, not "gssapi"'],
    ] as const) {
      const { code, out, err } = await run(...args);
      expect([code, out]).to.deep.equal([2, '']);
      expect(err).to.contain(`tracelink-kafka: ${message}`);
    }
    const missing = await run('replay', '--from', 'nowhere');
    expect([missing.code, missing.err]).to.deep.equal([
      1,
      'tracelink-kafka: [topic_missing] The dead-letter topic "nowhere" does not exist, or this client may not see it.\n',
    ]);
    expect((await run('replay', '--from', from, '--to', from)).code).to.equal(2);
  });

  function append(key: string, headers: Record<string, string | Buffer>): void {
    const always = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.FAILED_ATTEMPT]: `00-${traceId}-${'d'.repeat(16)}-01` };
    kafka.topic(from).append(0, [{ key, value: 'v', headers: { ...always, ...headers }, timestamp: Date.parse(time) }]);
  }
});
