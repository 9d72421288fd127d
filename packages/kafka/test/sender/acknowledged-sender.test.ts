import { SpanStatusCode } from '@opentelemetry/api';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { replayOn } from '../support/broker/replaying.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('a replayed record that its topic takes only when it is compressed', () => {
  const { spans } = useTracing();
  afterEach('take the spans that are left', () => void spans.takeAll());
  let kafka: EmbeddedKafka;
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, dead: 1 } });
    kafka.topic('dead').append(0, [{ value: 'v', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' } }]);
  });
  afterEach('stop the broker', () => kafka.stop());

  it('is told as one send, which has succeeded', async () => {
    kafka.fault({ api: 'Produce', topic: 'orders' }, { error: 'MESSAGE_TOO_LARGE' });
    expect(await replayOn(kafka.brokers, { from: 'dead' })).to.include({ replayed: 1 });
    kafka.assertNoPendingFaults();
    const sends = spans.takeAll().filter(({ name }) => name === 'send orders');
    expect(sends.map(({ status }) => status.code)).to.deep.equal([SpanStatusCode.UNSET]);
  });

  it('is told as one send, which has failed, when the topic does not take it compressed either', async () => {
    kafka.fault({ api: 'Produce', topic: 'orders', times: 2 }, { error: 'MESSAGE_TOO_LARGE' });
    expect(await replayOn(kafka.brokers, { from: 'dead' })).to.include({ replayed: 0, failed: 1 });
    kafka.assertNoPendingFaults();
    const sends = spans.takeAll().filter(({ name }) => name === 'send orders');
    expect(sends.map(({ status }) => status.code)).to.deep.equal([SpanStatusCode.ERROR]);
  });
});
