import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type IHeaders } from 'kafkajs';
import { REPLAY_GROUP_HEADER } from '../../src/sender/record-headers.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { useCommand } from '../support/command.ts';

const from = 'orders.packing.dead-letter';

describe('tracelink-kafka replay', () => {
  let kafka: EmbeddedKafka;
  const { start, ended, run } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, other: 1, [from]: 2 }, autoCreateTopics: false });
  });
  afterEach(() => kafka.stop());

  function append(partition: number, headers: IHeaders, timestamp?: number): void {
    const record = { key: 'k', value: `of ${partition}`, headers: headers as never };
    kafka.topic(from).append(partition, [timestamp === undefined ? record : { ...record, timestamp }]);
  }
  const ofOrders = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' };

  it('exits with 1 and lists the places of unroutable records, and replays one record by its place', async () => {
    append(0, { [DeliveryHeader.ORIGINAL_TOPIC]: 'gone' });
    append(0, ofOrders);
    append(1, { [DeliveryHeader.ORIGINAL_TOPIC]: Buffer.from('\u001b[2Jx') });
    for (const dry of [['--dry-run'], []]) {
      const { code, out, err } = await run('replay', '--from', from, ...dry);
      expect([code, out.split('\n').at(-2)?.split(':', 1)[0]]).to.deep.equal([
        1,
        `${dry.length > 0 ? 'would replay' : 'replayed'} 1, filtered 0, already replayed 0, replay limit reached 0, unroutable 2, failed 0`,
      ]);
      const told = `${out}${err}`.split('\n').filter((line) => /\d+\/\d+ unroutable/.test(line));
      const topic = dry.length > 0 ? `${from}/` : '';
      expect(told.toSorted()).to.deep.equal([
        `${topic}0/0 unroutable: the topic that it came from, "gone", does not exist, or this client may not see it. Create it, or name another: to, or --to`,
        String.raw`${topic}1/0 unroutable: the topic that its header names, "\u001b[2Jx", cannot exist. Name a topic to send it to: to, or --to`,
      ]);
      expect(err).to.contain('They stay in the dead-letter topic, and the next replay with these options tries them again');
    }
    const one = await run('replay', '--from', from, '--record', '1/0', '--to', 'other', '--json');
    expect(one.code).to.equal(0);
    expect(
      kafka
        .topic('other')
        .records(0)
        .map(({ value }) => String(value)),
    ).to.deep.equal(['of 1']);
    expect(await run('replay', '--from', from, '--record', '1/5')).to.include({
      code: 1,
      err: `tracelink-kafka: [record_missing] There is no record 5 in partition 1 of "${from}".\n`,
    });
  });

  it('lists each place and reason in JSON', async () => {
    append(0, {});
    const { code, out } = await run('replay', '--from', from, '--json');
    const [line, report] = out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    const reason = 'no header says which topic it came from. Name a topic to send it to: to, or --to';
    expect(code).to.equal(1);
    expect(line).to.deep.equal({ outcome: 'unroutable', partition: 0, offset: '0', reason });
    expect(report?.['problems']).to.deep.equal([line]);
  });

  it('replays the records since a time, and names the groups that handle them', async () => {
    append(0, ofOrders, Date.now() - 7_200_000);
    append(0, { ...ofOrders, [REPLAY_GROUP_HEADER]: 'orders old' }, Date.now() - 60_000);
    expect((await run('dead-letters', '--from', from, '--since', '1h')).out).to.match(/^0\/1 .*\n$/);
    const { out, err } = await run('replay', '--from', from, '--since', '1h');
    expect(out).to.match(/\nreplayed 1, filtered 1, /);
    expect(err).to.contain('note: Records without a consumer group in their headers: every group of "orders" handles them\n');
    const all = await run('replay', '--from', from, '--group', 'g', '--all-groups', '--since', '2000-01-01');
    expect(all.code).to.equal(0);
    expect(all.err).not.to.contain('note:');
    expect(all.out).to.match(/\nreplayed 2, /);
  });

  it('says with which times it continues where durations were given, as those count back from another moment in the next run', async () => {
    append(0, ofOrders, Date.now() - 7_200_000);
    append(0, { [DeliveryHeader.ORIGINAL_TOPIC]: 'gone' }, Date.now() - 60_000);
    const first = await run('replay', '--from', from, '--since', '1h', '--until', '1s');
    expect(`${first.code} ${first.out}`).to.match(/^1 replayed 0, filtered 1, .* unroutable 1, /);
    const times = /the next replay with these options, with (--since \S+Z --until \S+Z), tries them again/.exec(first.err)?.[1] ?? '';
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'gone', numPartitions: 1 }] });
    await admin.disconnect();
    const second = await run('replay', '--from', from, ...times.split(' '));
    // The same filter as before: what it has passed over is not read again.
    expect(`${second.code} ${second.out}`).to.match(/^0 sent 1 to gone\nreplayed 1, filtered 0, /);
  });

  it('says with which times it continues when Ctrl-C is pressed', async () => {
    for (let index = 0; index < 5; index++) append(0, ofOrders);
    const child = start('replay', '--from', from, '--rate', '1', '--json', '--since', '1h');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { code, err } = await ended(child);
    const since = /Run the same command again, with --since (\S+Z), to continue\.\n$/.exec(err)?.[1] ?? '';
    expect(code).to.equal(130);
    const { out } = await run('replay', '--from', from, '--since', since);
    expect(out).to.match(/^sent 4 to orders\nreplayed 4, filtered 0, already replayed 0, /);
  });

  it('exits with 1 and names the group when another replay of the topic runs', async () => {
    // It takes longer than the start of another process, on a busy machine, too.
    for (let index = 0; index < 60; index++) append(0, ofOrders);
    const first = start('replay', '--from', from, '--rate', '1', '--json');
    await once(first.stdout, 'data');
    const second = await run('replay', '--from', from);
    expect([second.code, second.out]).to.deep.equal([1, '']);
    expect(second.err).to.match(
      /^tracelink-kafka: \[group_in_use\] The group "orders\.packing\.dead-letter\.replay" has a member: .*--group/,
    );
    first.kill('SIGINT');
    expect((await ended(first)).code).to.equal(130);
  });

  it('exits with 130 within two seconds of Ctrl-C when the broker is gone or does not answer', async () => {
    for (let index = 0; index < 5; index++) append(0, ofOrders);
    const child = start('replay', '--from', from, '--rate', '1', '--json');
    await once(child.stdout, 'data');
    await kafka.broker(1).stop();
    expect(await interrupted(child)).to.equal(130);

    const frozen = createServer().listen(0, '127.0.0.1');
    await once(frozen, 'listening');
    const waiting = start('dead-letters', '--from', from, '--brokers', `127.0.0.1:${(frozen.address() as AddressInfo).port}`);
    const [socket] = (await once(frozen, 'connection')) as [{ destroy: () => void }];
    expect(await interrupted(waiting)).to.equal(130);
    socket.destroy();
    frozen.close();
  });

  async function interrupted(child: ReturnType<typeof start>): Promise<number | null> {
    const startedAt = performance.now();
    child.kill('SIGINT');
    const { code } = await ended(child);
    // Two seconds for the broker, and one for what is still open.
    expect(performance.now() - startedAt).to.be.below(5_000);
    return code;
  }

  it('exits with an error and its progress when the broker is gone, and continues when the broker is back', async () => {
    for (let index = 0; index < 5; index++) append(0, ofOrders);
    const child = start('replay', '--from', from, '--rate', '2', '--json');
    await once(child.stdout, 'data');
    await kafka.broker(1).stop();
    const { code, err } = await ended(child);
    expect(code).to.equal(1);
    expect(err).to.match(/replayed \d; run the same command again to continue\ntracelink-kafka: .+\n$/);
    await kafka.broker(1).start();
    kafka.clock.advance(30_000);
    await kafka.group(`${from}.replay`).reaches('Empty');
    expect((await run('replay', '--from', from)).code).to.equal(0);
    expect(kafka.topic('orders').records(0)).to.have.lengthOf.within(5, 6);
  });

  it('says in a dry run what it would replay, and not that it goes on with the same command', async () => {
    for (let index = 0; index < 5; index++) append(0, ofOrders);
    const child = start('replay', '--from', from, '--rate', '2', '--json', '--dry-run');
    await once(child.stdout, 'data');
    // At its end it asks whether the topic is the one that it began with.
    kafka.fault({ api: 'ListOffsets', times: Number.POSITIVE_INFINITY }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const { code, err } = await ended(child);
    expect(code).to.equal(1);
    expect(err).to.match(/^(?:would replay \d\n)+tracelink-kafka: .+\n$/);
  });

  it('shows binary values in one form everywhere, and finds a record by that form', async () => {
    const seven = Buffer.from([0, 0, 0, 7]);
    kafka.topic(from).append(0, [{ key: seven, value: seven, headers: { count: seven, ...ofOrders } as never }]);
    const form = 'base64:AAAABw==';
    expect((await run('dead-letters', '--from', from, '--key', form)).out).to.match(/^0\/0 +\S+ orders key base64:AAAABw==, /);
    for (const args of [
      ['dead-letters', '--from', from, '--json'],
      ['dead-letters', 'show', '--from', from, '--record', '0/0'],
    ]) {
      const shown = JSON.parse((await run(...args)).out) as { key: string; value: string; headers: Record<string, string> };
      expect([shown.key, shown.value, shown.headers['count']]).to.deep.equal([form, form, form]);
    }
  });
});
