import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { brokerAnswers } from '../broker-answers.ts';
import { freePort } from '../free-port.ts';

describe('brokerAnswers', () => {
  it('resolves when one of the brokers answers', async () => {
    await using kafka = await EmbeddedKafka.start();
    await brokerAnswers([`127.0.0.1:${await freePort()}`, ...kafka.brokers]);
  });

  it('names the addresses that do not answer, and what to do', async () => {
    const nowhere = `127.0.0.1:${await freePort()}`;
    const error = (await brokerAnswers([nowhere]).catch((reason: unknown) => reason)) as Error;
    expect(error.message).to.match(
      new RegExp(`^No Kafka broker answers at ${nowhere}: .*ECONNREFUSED.*\\. Without KAFKA_BROKERS the demo brings its own\\.$`),
    );
  });
});
