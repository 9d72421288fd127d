import { expect } from 'chai';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { settingsOf } from '../../src/subscribe/settings.ts';
import { subscribe } from '../../src/subscribe/subscribe.ts';
import type { SubscribeOptions } from '../../src/subscribe/subscribe-options.ts';

describe('the options of subscribe', () => {
  const needed: SubscribeOptions = { groupId: 'g', topics: ['t'], handler: () => {} };
  const refusal = (options: object): string => {
    try {
      settingsOf({ ...needed, ...options });
    } catch (error) {
      expect(error).to.be.instanceOf(KafkaTracingError);
      return (error as Error).message;
    }
    throw new Error(`${JSON.stringify(options)} was accepted`);
  };

  it('have the documented defaults, also when they are undefined', () => {
    for (const options of [
      needed,
      { ...needed, retry: { attempts: undefined, backoff: { max: undefined } }, drain: { grace: undefined } },
    ]) {
      const settings = settingsOf(options as SubscribeOptions);
      expect(settings.retry).to.deep.equal({ attempts: 3, backoff: { initial: 100, factor: 2, max: 10_000, jitter: 0.5 } });
      expect(settings.concurrency).to.deep.equal({ keys: 1, partitions: 1, unkeyed: 'ordered' });
      expect(settings.drain).to.deep.equal({ grace: 5_000, timeout: 15_000 });
      expect(settings).to.include({ stuckAfter: 60_000, commitInterval: 1_000, fromBeginning: false });
      expect(settings.deadLetterTopic?.('t')).to.equal('t.g.dead-letter');
    }
    const { circuitBreaker, retrySchedule, retryTopics } = settingsOf({
      ...needed,
      circuitBreaker: {},
      retryTopics: { delays: Object.freeze(['5s', '1m']) },
    });
    expect(circuitBreaker).to.deep.equal({
      failureRate: 0.5,
      window: 20,
      maxProbes: 10,
      backoff: { initial: 1_000, factor: 2, max: 60_000, jitter: 0.5 },
    });
    expect(retryTopics.map(({ nameOf }) => nameOf('t'))).to.deep.equal(['t.g.retry.5s', 't.g.retry.1m']);
    expect([retrySchedule?.next(1, undefined)?.delay.name, retrySchedule?.next(2, undefined)]).to.deep.equal(['1m', undefined]);
  });

  it('name the dead-letter topic by a text or a function, or disable it', () => {
    expect(settingsOf({ ...needed, deadLetter: { topic: 'dead' } }).deadLetterTopic?.('t')).to.equal('dead');
    expect(settingsOf({ ...needed, deadLetter: { topic: (topic) => `${topic}.dlt` } }).deadLetterTopic?.('t')).to.equal('t.dlt');
    expect(settingsOf({ ...needed, deadLetter: false }).deadLetterTopic).to.equal(undefined);
  });

  it('name a topic once', () => {
    expect(settingsOf({ ...needed, topics: ['a', 'b', 'a'] }).topics).to.deep.equal(['a', 'b']);
  });

  it('are rejected with advice on what to write instead', () => {
    for (const [options, message] of [
      [{ groupId: '' }, '[invalid_option] "groupId" is "": it must be a string that is not empty.'],
      [{ groupId: undefined }, '[invalid_option] subscribe needs "groupId": it must be a string that is not empty.'],
      [{ topics: [] }, '[invalid_option] "topics" is []: it must be a list of names of topics, at least one.'],
      [{ handler: 7 }, '[invalid_option] "handler" is 7: it must be a function.'],
      [{ codec: {} }, '[invalid_option] "codec" is another object: it must be an object with decode.'],
      [{ retry: { attempts: 0 } }, '[invalid_option] "attempts" is 0: it must be a whole number of attempts, 1 or more.'],
      [{ retry: { backoff: { jitter: 2 } } }, '[invalid_option] "jitter" is 2: it must be a number from 0 to 1.'],
      [{ retry: { backoff: { factor: 0.5 } } }, '[invalid_option] "factor" is 0.5: it must be a number, 1 or more.'],
      [{ retry: { atempts: 1 } }, '[unknown_option] retry has no option "atempts": use attempts, backoff, attemptTimeout, deadline.'],
      [{ concurrency: { keys: 1.5 } }, '[invalid_option] "keys" is 1.5: it must be a whole number of keys, 1 or more.'],
      [{ drain: { grace: -1 } }, '[invalid_option] "grace" is -1: it must be a number of milliseconds from 0 to 2147483647.'],
      [{ deadLetter: true }, '[invalid_option] "deadLetter" is true: it must be an object of options, or false.'],
      [{ deadLetter: { topic: '' } }, '[invalid_option] "topic" is "": it must be a string that is not empty or a function.'],
      [
        { retryTopics: {} },
        '[invalid_option] retryTopics needs "delays": it must be a list of delays such as "5s", "1m" or "10m", the shortest first.',
      ],
      [
        { retryTopics: { delays: ['5s'], maxRetries: 0 } },
        '[invalid_option] "maxRetries" is 0: it must be a whole number of times, 1 or more.',
      ],
      [{ retryTopics: { delays: ['5s'], ordering: 'some' } }, '[invalid_option] "ordering" is "some": it must be "relaxed" or "strict".'],
      [{ circuitBreaker: { failureRate: 1.5 } }, '[invalid_option] "failureRate" is 1.5: it must be a number from 0 to 1.'],
      [
        { circuitBreaker: { backoff: { initial: NaN } } },
        '[invalid_option] "initial" is NaN: it must be a number of milliseconds from 0 to 2147483647.',
      ],
      [{ stuckAfter: Infinity }, '[invalid_option] "stuckAfter" is Infinity: it must be a number of milliseconds from 1 to 2147483647.'],
      [{ log: {} }, '[invalid_option] "log" is another object: it must be an object with info and warn.'],
      [{ tracing: { agentContext: 'ours' } }, '[invalid_option] "agentContext" is "ours": it must be "beside" or "withhold" or "instead".'],
      [{ tracing: { relation: 'child' } }, '[invalid_option] "relation" is "child": it must be "parent" or "link" or a function.'],
    ] as const)
      expect(refusal(options)).to.equal(message);
    for (const delays of [[], ['5s', '5s'], ['1m', '5s'], ['5 s'], [5], '5s', { 0: '5s', length: 1 }])
      expect(refusal({ retryTopics: { delays } })).to.match(/^\[invalid_option] "delays" is .+: it must be a list of delays such as/);
    expect(refusal({ handle: () => {} })).to.match(/^\[unknown_option] subscribe has no option "handle": use groupId, topics, handler/);
  });

  it('need a Kafka instance', async () => {
    for (const kafka of [undefined, null, {}, { consumer: () => {} }]) {
      const refused = await subscribe(kafka as never, needed).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(KafkaTracingError).with.property('code', 'not_a_client');
    }
  });
});
