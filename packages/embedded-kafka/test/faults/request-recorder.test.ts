import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { EmbeddedKafka } from '../../src/index.ts';
import { ask } from '../support/ask.ts';
import { RequestRecorder } from '../../src/faults/request-recorder.ts';
import type { ArrivedRequest } from '../../src/faults/fault.ts';

describe('the request recorder', () => {
  it('lists the requests that arrived, oldest first', async () => {
    await using kafka = await EmbeddedKafka.start();
    const broker = kafka.brokers[0] ?? '';
    await ask(broker, 'ListGroups', 4, { statesFilter: [], typesFilter: [] });
    await ask(broker, 'DescribeCluster', 0, { includeClusterAuthorizedOperations: false });
    expect(kafka.requests.map(({ api, nodeId }) => [api, nodeId])).to.deep.equal([
      ['ListGroups', 1],
      ['DescribeCluster', 1],
    ]);
  });

  it('waits for the next request that is accepted', async () => {
    await using kafka = await EmbeddedKafka.start();
    const waited = kafka.waitForRequest('ListGroups', ({ body }) => body.statesFilter.includes('Empty'));
    await ask(kafka.brokers[0] ?? '', 'ListGroups', 4, { statesFilter: [], typesFilter: [] });
    await ask(kafka.brokers[0] ?? '', 'ListGroups', 4, { statesFilter: ['Empty'], typesFilter: [] });
    expect((await waited).body.statesFilter).to.deep.equal(['Empty']);
  });

  it('rejects a wait whose predicate throws, and the broker answers as before', async () => {
    await using kafka = await EmbeddedKafka.start();
    const broken = new TypeError('not a request');
    const outcome = kafka
      .waitForRequest('ListGroups', () => {
        throw broken;
      })
      .catch((error: unknown) => error);
    const other = kafka.waitForRequest('ListGroups');
    const listGroups = () => ask(kafka.brokers[0] ?? '', 'ListGroups', 4, { statesFilter: [], typesFilter: [] });
    expect((await listGroups()).groups).to.deep.equal([]);
    expect(await outcome).to.equal(broken);
    expect(await other).to.have.property('api', 'ListGroups');
    expect((await listGroups()).groups).to.deep.equal([]);
  });

  it('rejects a pending wait when the broker stops', async () => {
    const kafka = await EmbeddedKafka.start();
    const waited = kafka.waitForRequest('Fetch').catch((error: unknown) => error);
    await kafka.stop();
    expect(await waited).to.have.property('code', 'stopped');
  });

  const request = (correlationId: number): ArrivedRequest => ({ api: 'Heartbeat', correlationId }) as ArrivedRequest;

  it('keeps a thousand requests and drops the oldest', () => {
    const recorder = new RequestRecorder();
    for (let index = 0; index < 5000; index += 1) recorder.record(request(index), 1);
    expect(recorder.requests.map(({ correlationId }) => correlationId)).to.deep.equal(
      Array.from({ length: 1000 }, (_, index) => 4000 + index),
    );
  });

  it('keeps fewer requests when they are large', () => {
    const recorder = new RequestRecorder();
    for (let index = 0; index < 20; index += 1) recorder.record(request(index), 2 ** 20);
    expect(recorder.requests.map(({ correlationId }) => correlationId)).to.deep.equal([12, 13, 14, 15, 16, 17, 18, 19]);
  });

  it('releases the memory of dropped requests of any size', async () => {
    const recorder = new RequestRecorder();
    const dropped = Array.from({ length: 3 }, (_, index) => {
      const large = request(index);
      recorder.record(large, 8 * 2 ** 20);
      return new WeakRef(large);
    });
    recorder.record(request(3), 8 * 2 ** 20);
    // A new weak reference keeps its target until the end of the turn.
    await turnOfLoop();
    collectGarbage();
    expect(recorder.requests.map(({ correlationId }) => correlationId)).to.deep.equal([3]);
    expect(dropped.map((each) => each.deref())).to.deep.equal([undefined, undefined, undefined]);
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
