import { expect } from 'chai';
import type { DeadLetterOptions } from '../../../src/subscribe/subscribe-options.ts';
import { Collector } from '../../support/collector.ts';
import { produce } from '../../support/broker/consume.ts';
import { textHeaders, useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { withVariables } from '../../support/with-environment.ts';

const secret = 'anna@example.com';
const ofErrors = [
  'tracelink-error-message',
  'tracelink-error-stack',
  'kafka_dlt-exception-message',
  'kafka_dlt-exception-stacktrace',
] as const;

describe('the text of an error', () => {
  const kafka = useKafka();
  const subscriptions = useSubscriptions(kafka);

  /** The headers of a message's retry record and of its dead-letter record. */
  async function failed(deadLetter: DeadLetterOptions, variables: Record<string, string> = {}): Promise<Record<string, unknown>[]> {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'a', headers: { mine: 'kept' } }]);
    const fail = (): never => {
      throw new RangeError(`no order of ${secret}`);
    };
    const classify = (): 'retry' => 'retry';
    const options = { retry: { attempts: 1 }, retryTopics: { delays: ['10ms'] }, classify, deadLetter };
    const subscription = await withVariables(variables, () => subscriptions.subscribe(topic, fail, options));
    const topics = new Collector();
    subscription.on('retry-later', ({ retryTopic }) => topics.add(retryTopic));
    subscription.on('dead-letter', ({ deadLetterTopic }) => topics.add(deadLetterTopic));
    await topics.until((all) => all.length === 2);
    await subscription.drain();
    return Promise.all(topics.values.map(async (each) => textHeaders((await kafka.read(each as string, 1))[0]?.headers)));
  }

  it('is in dead-letter and retry records', async () => {
    const [retry, dead] = await failed({ headers: 'spring' });
    expect(retry?.['tracelink-error-message']).to.equal(`no order of ${secret}`);
    for (const name of ofErrors) expect(dead?.[name], name).to.include(secret);
  });

  for (const [how, options, variables] of [
    ['by the option', { headers: 'spring', errorText: false }, {}],
    ['by the environment', { headers: 'spring' }, { TRACELINK_KAFKA_ERROR_TEXT: 'false' }],
  ] as const)
    it(`is in neither, ${how}; its class and the message's own headers are`, async () => {
      for (const headers of await failed(options, variables)) {
        expect(headers).to.not.have.any.keys(...ofErrors);
        expect(headers).to.include({ 'tracelink-error-class': 'RangeError', mine: 'kept' });
        expect(JSON.stringify(headers)).to.not.include(secret);
      }
    });

  it('is there when the code asks for it, whatever the environment says', async () => {
    const [, dead] = await failed({ errorText: true }, { TRACELINK_KAFKA_ERROR_TEXT: 'false' });
    expect(dead?.['tracelink-error-message']).to.include(secret);
  });
});
