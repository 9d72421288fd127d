import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { isWrapped, passThrough, unpatched, withLayer } from '../../../src/client/port/delegate.ts';
import type { ContribReport, ContribTask } from '../../programs/contrib-instrumented.ts';
import { useKafka } from '../../support/broker/kafka.ts';

describe('a client that OpenTelemetry’s own kafkajs instrumentation has patched', () => {
  const kafka = useKafka();

  async function runWith(provider: ContribTask['provider']): Promise<ContribReport> {
    const task: ContribTask = { brokers: kafka.brokers(), topic: await kafka.createTopic(), groupId: kafka.groupId(), provider };
    const program = fileURLToPath(new URL('../../programs/contrib-instrumented.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@tracelink/source', program, JSON.stringify(task)]);
    const report = JSON.parse(stdout) as ContribReport;
    // The instrumentation is active: without our wrapper it makes the span.
    expect(report.bare).to.deep.equal(['@opentelemetry/instrumentation-kafkajs: send T']);
    return report;
  }

  it('makes one set of spans per message, ours, and logs one warning (7.12–7.15)', async () => {
    const { wrapped, warnings } = await runWith('registered');
    expect(wrapped).to.deep.equal([
      '@tracelink/kafka: commit_transaction',
      ...Array<string>(4).fill('@tracelink/kafka: process T'),
      ...Array<string>(3).fill('@tracelink/kafka: send T'),
    ]);
    const ours = warnings.filter((text) => text.includes('@opentelemetry/instrumentation-kafkajs'));
    expect(ours, warnings.join('\n')).to.have.lengthOf(1);
    expect(ours[0]).to.contain('OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs');
  });

  const theirs = [
    ...Array<string>(4).fill('@opentelemetry/instrumentation-kafkajs: process T'),
    ...Array<string>(3).fill('@opentelemetry/instrumentation-kafkajs: send T'),
    '@opentelemetry/instrumentation-kafkajs: transaction',
  ];

  it('keeps that layer where we have no tracer provider, and says why once', async () => {
    const { wrapped, warnings } = await runWith('given');
    expect(wrapped).to.deep.equal(theirs);
    const ours = warnings.filter((text) => text.includes('a kafkajs client stays'));
    expect(ours, warnings.join('\n')).to.have.lengthOf(1);
    expect(ours[0]).to.contain('no tracer provider is registered');
  });

  it('keeps that layer where an earlier version of OpenTelemetry’s API has the provider, and names that version once', async () => {
    const { wrapped, warnings } = await runWith('registered with 1.9.1');
    expect(wrapped).to.deep.equal(theirs);
    const ours = warnings.filter((text) => text.startsWith('TRACELINK_API_VERSION'));
    expect(ours, warnings.join('\n')).to.have.lengthOf(1);
    expect(ours[0]).to.contain('version 1.9.1 of @opentelemetry/api');
  });
});

describe('unpatched', () => {
  const yes = (): boolean => true;

  it('keeps functions that only resemble a patch (7.12)', () => {
    const original = (): string => 'original';
    for (const marks of [
      {},
      { __wrapped: true },
      { __original: original },
      { __wrapped: 'yes', __original: original },
      { __wrapped: true, __original: 1 },
    ]) {
      expect(unpatched({ send: Object.assign(() => 'own', marks) }, 'send', yes)()).to.equal('own');
    }
  });

  it('returns a value that is no function as it is', () => {
    expect(unpatched({ send: 7 }, 'send', yes)).to.equal(7);
  });
});

describe('passThrough', () => {
  it('returns the wrapper where a method returns the client itself, as those of event emitters do', () => {
    const client = Object.assign(new EventEmitter(), { send: (): string => 'sent' });
    const wrapper = passThrough(client, { send: () => 'sent and traced' });
    expect(wrapper.on('ready', () => {}).send()).to.equal('sent and traced');
    expect(client.listenerCount('ready')).to.equal(1);
  });

  it('asks an override that is a getter each time', () => {
    let count = 0;
    const wrapper = passThrough(
      { count: 0 },
      {
        get count() {
          return ++count;
        },
      },
    );
    expect([wrapper.count, wrapper.count]).to.deep.equal([1, 2]);
  });
});

describe('withLayer', () => {
  class Client {
    readonly #name = 'client';
    send = (): string => `sent by ${this.#name}`;
    other(): string {
      return this.#name;
    }
  }
  const layered = (client: Client): Client => withLayer(client, 'send', (send) => () => `layer, ${send()}`);

  it('keeps the members of the client, which can still be wrapped', () => {
    const client = layered(new Client());
    expect([client.send(), client.other(), isWrapped(client)]).to.deep.equal(['layer, sent by client', 'client', false]);
  });

  it('leaves an instrumentation’s layer where it can be taken off', () => {
    const client = new Client();
    const { send } = client;
    client.send = Object.assign(() => `patch, ${send()}`, { __wrapped: true, __original: send });
    expect(layered(client).send()).to.equal('layer, patch, sent by client');
    expect(unpatched(layered(client), 'send', () => true)()).to.equal('layer, sent by client');
    expect(unpatched(layered(client), 'send', () => false)()).to.equal('layer, patch, sent by client');
  });
});
