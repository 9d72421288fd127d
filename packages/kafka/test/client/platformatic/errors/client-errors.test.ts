import { MultipleErrors, NetworkError, ProtocolError, UserError } from '@platformatic/kafka';
import { wrapConsumer, wrapProducer } from '@tracelink/kafka';
import { expect } from 'chai';
import { portError, protocolName } from '../../../../src/client/platformatic/errors/client-errors.ts';
import { useTracing } from '../../../support/telemetry/tracing.ts';
import { isCoordinatorMoved, isExpulsion, isMembershipRefused, KafkaError } from '../../../../src/client/port/kafka-error.ts';

describe('an error of @platformatic/kafka', () => {
  const { spans } = useTracing();

  it('is the same for who commits or ends a transaction, and has its name on the span', async () => {
    const failures: unknown[] = [];
    const fail = (): Promise<never> => {
      const failure = new MultipleErrors('failed 2 times.', [new ProtocolError('FENCED_INSTANCE_ID')]);
      failures.push(failure);
      return Promise.reject(failure);
    };
    const consumer = wrapConsumer({ consume: fail, commit: fail as (options: object) => Promise<void> });
    const bare = { send: fail, commit: fail, abort: fail, addOffset: fail as (message: object) => Promise<void> };
    const producer = wrapProducer({ send: fail, asStream: fail, beginTransaction: async () => bare });
    const transaction = await producer.beginTransaction();
    const calls = [
      consumer.commit({ offsets: [{ topic: 'orders', partition: 0, offset: 1n, leaderEpoch: 0 }] }),
      transaction.addOffset({ topic: 'orders', partition: 0, offset: 0n }),
      transaction.commit(),
      transaction.abort(),
    ];
    const results = await Promise.allSettled(calls);
    for (const [index, result] of results.entries()) expect(result).to.include({ status: 'rejected', reason: failures[index] });
    const ended = spans.takeAll().map(({ name, attributes }) => [name, attributes['error.type']]);
    const names = ['commit orders', 'commit orders', 'commit_transaction', 'abort_transaction'];
    expect(ended).to.have.deep.members(names.map((name) => [name, 'FENCED_INSTANCE_ID']));
  });

  it('has the name of the first error of the protocol in it, whichever try or partition it is of', () => {
    const moved = new ProtocolError('NOT_COORDINATOR');
    const inside = new MultipleErrors('commit failed 2 times.', [
      new NetworkError('closed'),
      new MultipleErrors('of partitions', [moved, new ProtocolError('UNKNOWN_MEMBER_ID')]),
    ]);
    expect(portError(inside)).to.include({ type: 'NOT_COORDINATOR', cause: inside }).and.be.instanceOf(KafkaError);
    expect([isCoordinatorMoved(portError(inside)), isMembershipRefused(portError(inside))]).to.deep.equal([true, false]);
    expect(protocolName(new UserError('Failed.', { cause: moved }))).to.equal('NOT_COORDINATOR');
  });

  it('is a refusal of the member, and an expulsion, by the name alone', () => {
    expect(isExpulsion(portError(new ProtocolError('UNKNOWN_MEMBER_ID')))).to.equal(true);
    expect(isMembershipRefused(portError(new ProtocolError('REBALANCE_IN_PROGRESS')))).to.equal(true);
  });

  it('says that a topic is missing by the protocol’s name, which the client has put into words', () => {
    expect(portError(new UserError('Unknown topic orders.'))).to.have.property('type', 'UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('stays the same object when the protocol has no name for it, and when it has been through here', () => {
    const lost = new NetworkError('Connection closed');
    expect(portError(lost)).to.equal(lost);
    const named = portError(new ProtocolError('NOT_CONTROLLER'));
    expect(portError(named)).to.equal(named);
    for (const thrown of ['text', undefined, null]) expect(portError(thrown)).to.equal(thrown);
    const circle = new MultipleErrors('a circle', []);
    circle.errors.push(circle);
    expect(portError(circle)).to.equal(circle);
  });
});
