import { expect } from 'chai';
import { Kafka, type ConsumerConfig, type ProducerConfig } from 'kafkajs';
import type { ClientMaker } from '../../../src/client/client-maker.ts';
import { kafkajsEngine } from '../../../src/client/kafkajs/engine-clients.ts';
import type { KafkajsConsumerOptions, KafkajsProducerOptions } from '../../../src/client/kafkajs/options.ts';

/** `true` when both have the same members. */
type Same<A, B> = [keyof A, keyof B] extends [keyof B, keyof A] ? true : false;

describe('a member by kafkajs', () => {
  it('is not made to read what is not committed, which the error names', () => {
    const clients = kafkajsEngine.clients(new Kafka({ brokers: [] }), 'replay');
    const memberWith = (options: object) => () => clients.member({ groupId: 'g', concurrency: 1, options });
    expect(memberWith({ readUncommitted: true }))
      .to.throw('replay needs consumer.readUncommitted to be false')
      .with.property('code', 'invalid_option');
    expect(memberWith({ readUncommitted: false })).not.to.throw();
  });
});

describe('the types of kafkajs’ options', () => {
  it('are those of kafkajs, which need not be installed', () => {
    const consumer = (options: Omit<ConsumerConfig, 'groupId' | 'readUncommitted'>): KafkajsConsumerOptions => options;
    const producer = (options: ProducerConfig): KafkajsProducerOptions => options;
    const kafka: ClientMaker = new Kafka({ brokers: [] });
    const same: [Same<Omit<ConsumerConfig, 'groupId'>, KafkajsConsumerOptions>, Same<ProducerConfig, KafkajsProducerOptions>] = [
      true,
      true,
    ];
    expect([consumer({}), producer({}), typeof kafka, same]).to.deep.equal([{}, {}, 'object', [true, true]]);
  });
});
