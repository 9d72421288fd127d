import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { useCommand } from '../support/command.ts';

const ours = 'orders.packing.dead-letter';

describe('tracelink-kafka dead-letters', () => {
  let kafka: EmbeddedKafka;
  const { run } = useCommand(() => kafka.brokers);
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, [ours]: 2, 'orders-dlt': 1, 'error.orders.packing': 1, deadlines: 1 } });
    kafka.topic(ours).append(0, [deadLetterRecord('1', 'TimeoutError', 'a', Date.UTC(2026, 10, 29, 8))]);
    kafka.topic(ours).append(1, [deadLetterRecord('2', 'TypeError', 'b', Date.UTC(2026, 10, 29, 9))]);
    const spring = { 'kafka_dlt-original-topic': 'orders', 'kafka_dlt-original-consumer-group': 'billing\u001b[31m' };
    kafka.topic('orders-dlt').append(0, [{ key: '3', value: 'v', headers: spring, timestamp: Date.UTC(2026, 10, 29, 10) }]);
  });
  afterEach(() => kafka.stop());

  function deadLetterRecord(key: string, errorClass: string, trace: string, timestamp: number) {
    const headers = {
      [DeliveryHeader.ORIGINAL_TOPIC]: 'orders',
      [DeliveryHeader.GROUP]: 'packing',
      [DeliveryHeader.ERROR_CLASS]: errorClass,
      [DeliveryHeader.ERROR_MESSAGE]: 'No stock',
      [DeliveryHeader.FAILED_ATTEMPT]: `00-${trace.repeat(32)}-${'d'.repeat(16)}-01`,
    };
    return { key, value: 'v', headers, timestamp };
  }

  it('lists the dead-letter topics that there are, with counts, times, writers and groups', async () => {
    const { code, out, err } = await run('dead-letters');
    expect([code, err]).to.deep.equal([0, '']);
    expect(out.split('\n')).to.deep.equal([
      'error.orders.packing: empty',
      'orders-dlt: 1 records, 2026-11-29T10:00:00Z to 2026-11-29T10:00:00Z, by Spring, groups billing\\u001b[31m',
      `${ours}: 2 records, 2026-11-29T08:00:00Z to 2026-11-29T09:00:00Z, by tracelink, groups packing`,
      '',
    ]);
    const json = (await run('dead-letters', '--json')).out.trim().split('\n');
    expect(JSON.parse(json.at(-1) ?? '')).to.deep.equal({
      topic: ours,
      records: 2,
      oldest: Date.UTC(2026, 10, 29, 8),
      newest: Date.UTC(2026, 10, 29, 9),
      groups: ['packing'],
      writers: ['tracelink'],
    });
  });

  it('selects records by trace, error and time', async () => {
    const keys = async (...options: string[]): Promise<string[]> =>
      (await run('dead-letters', '--from', ours, '--json', ...options)).out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { key: string }).key)
        .sort();
    expect(await keys('--trace', 'a'.repeat(32))).to.deep.equal(['1']);
    expect(await keys('--error', 'typeerror')).to.deep.equal(['2']);
    expect(await keys('--error', 'no stock', '--until', '2026-11-29T09:00Z')).to.deep.equal(['1']);
  });

  it('asks for the topic where an option selects records', async () => {
    const { code, err } = await run('dead-letters', '--trace', 'a'.repeat(32));
    expect([code, err]).to.deep.equal([2, 'tracelink-kafka: --from is missing, which --trace needs\nTry --help.\n']);
  });
});
