import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { ask } from '../support/ask.ts';

describe('an interceptor', () => {
  let kafka: EmbeddedKafka;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    kafka = await EmbeddedKafka.start({ log: (line) => lines.push(line) });
  });
  afterEach(() => kafka.stop());

  const listGroups = () => ask(kafka.brokers[0] ?? '', 'ListGroups', 4, { statesFilter: [], typesFilter: [] });
  const noGroups = { errorCode: errorCodes.NONE, groups: [] };

  it('sees requests and passes them on', async () => {
    const seen: unknown[] = [];
    kafka.on('ListGroups', (request, next) => {
      seen.push([request.api, request.version, request.nodeId, request.body.statesFilter]);
      return next();
    });
    expect((await listGroups()).groups).to.deep.equal([]);
    expect(seen).to.deep.equal([['ListGroups', 4, 1, []]]);
  });

  it('answers instead of the broker', async () => {
    kafka.on('ListGroups', () => ({ ...noGroups, errorCode: errorCodes.COORDINATOR_LOAD_IN_PROGRESS }));
    expect((await listGroups()).errorCode).to.equal(errorCodes.COORDINATOR_LOAD_IN_PROGRESS);
  });

  it('wraps the interceptors that were added after it, until it is removed', async () => {
    const order: string[] = [];
    const remove = kafka.on('ListGroups', async (_request, next) => {
      order.push('outer');
      return next();
    });
    kafka.on('ListGroups', async (_request, next) => {
      order.push('inner');
      return next();
    });
    await listGroups();
    remove();
    await listGroups();
    expect(order).to.deep.equal(['outer', 'inner', 'inner']);
  });

  it('closes the connection when it throws', async () => {
    kafka.on('ListGroups', () => {
      throw new Error('not today');
    });
    const error: unknown = await listGroups().catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'The broker closed the connection instead of answering ListGroups');
    expect(lines).to.deep.equal(['Connection of /127.0.0.1 closed: not today']);
  });
});
