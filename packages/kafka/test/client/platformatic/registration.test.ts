import { Consumer, Producer, type ProducerOptions } from '@platformatic/kafka';
import { expect } from 'chai';
import { platformaticRegistration } from '../../../src/client/platformatic/registration.ts';
import type { WrapClients } from '../../../src/client/port/registration.ts';
import { wrapConsumer } from '../../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../../src/producer/wrap-producer.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

const wrap: WrapClients = {
  producer: (producer) => wrapProducer(producer),
  consumer: (consumer) => wrapConsumer(consumer),
  isTraced: () => true,
};

describe('the registration of @platformatic/kafka', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();
  const made: Producer[] = [];
  afterEach('close the clients', () => Promise.all(made.splice(0).map((producer) => producer.close(true))));

  /** Classes of the library that no other test has registered. */
  const classes = () => ({ Producer: class extends Producer {}, Consumer: class extends Consumer {} });
  const kept = <P extends Producer>(producer: P): P => {
    made.push(producer);
    return producer;
  };
  const options = () => ({ clientId: 'registered', bootstrapBrokers: kafka.brokers(), retries: 1 });

  it('traces what a client of the library sends, and has its calls go through a subclass once', async () => {
    const library = classes();
    platformaticRegistration.register(library, wrap);
    const topic = await kafka.createTopic();
    const { Counting, calls } = counting(library.Producer);
    await kept(new Counting(options())).send({ messages: [{ topic, value: Buffer.from('v') }] });
    spans.take(`send ${topic}`);
    expect(calls).to.deep.equal(['send']);
  });

  it('traces the transaction that a producer has open', async () => {
    const library = classes();
    platformaticRegistration.register(library, wrap);
    const topic = await kafka.createTopic();
    const producer = kept(new library.Producer({ ...options(), transactionalId: `id-${topic}`, idempotent: true }));
    await producer.beginTransaction();
    await producer.transaction?.send({ messages: [{ topic, value: Buffer.from('v') }] });
    await producer.transaction?.commit();
    spans.take(`send ${topic}`);
    spans.take('commit_transaction');
    expect(producer.transaction).to.equal(undefined);
  });

  it('has a subclass whose instance is wrapped in code do what it does itself', async () => {
    const library = classes();
    platformaticRegistration.register(library, wrap);
    const topic = await kafka.createTopic();
    const { Counting, calls } = counting(library.Producer);
    const client = kept(new Counting(options()));
    // What the program calls beside its wrapper is traced as before.
    for (const producer of [wrapProducer(client), client]) {
      await producer.send({ messages: [{ topic, value: Buffer.from('v') }] });
      spans.take(`send ${topic}`);
    }
    expect(calls).to.deep.equal(['send', 'send']);
  });

  it('has an instance that is patched and wrapped in code do what the patch does', async () => {
    const library = classes();
    platformaticRegistration.register(library, wrap);
    const topic = await kafka.createTopic();
    const client = kept(new library.Producer(options()));
    const send = client.send.bind(client) as Producer['send'];
    let calls = 0;
    client.send = ((...args: Parameters<typeof send>) => {
      calls++;
      return send(...args);
    }) as typeof send;
    await wrapProducer(client).send({ messages: [{ topic, value: Buffer.from('v') }] });
    spans.take(`send ${topic}`);
    expect(calls).to.equal(1);
  });

  it('is as good twice as once', async () => {
    const library = classes();
    for (const _ of ['once', 'twice']) platformaticRegistration.register(library, wrap);
    const topic = await kafka.createTopic();
    const client = kept(new library.Producer(options()));
    for (const producer of [client, wrapProducer(client)]) {
      await producer.send({ messages: [{ topic, value: Buffer.from('v') }] });
      spans.take(`send ${topic}`);
    }
  });

  it('leaves a class of a version without all that is wrapped as it is, with a warning', async () => {
    class Earlier {
      async send(): Promise<string> {
        return 'sent';
      }
    }
    const said = Promise.withResolvers<void>();
    const listen = (warning: Error & { readonly code?: string }): void => {
      if (warning.code === 'TRACELINK_OLD_CLIENT') said.resolve();
    };
    process.on('warning', listen);
    platformaticRegistration.register({ Producer: Earlier }, wrap);
    expect([await new Earlier().send(), await new Earlier().send()]).to.deep.equal(['sent', 'sent']);
    await said.promise;
    process.off('warning', listen);
  });

  it('lets a client that cannot be wrapped send as without us', async () => {
    const library = classes();
    platformaticRegistration.register(library, { ...wrap, producer: () => expect.fail('it cannot be wrapped') });
    const topic = await kafka.createTopic();
    const producer = kept(new library.Producer(options()));
    for (const value of ['1', '2']) await producer.send({ messages: [{ topic, value: Buffer.from(value) }] });
    expect(await kafka.read(topic, 2)).to.have.length(2);
    expect(warnings.filter((warning) => warning.includes('wrapping a client failed'))).to.have.length(1);
  });
});

type ProducerClass = new (options: ProducerOptions<Buffer, Buffer, Buffer, Buffer>) => Producer;

/** A subclass that notes the calls of its own `send`. */
function counting(base: ProducerClass): { readonly Counting: ProducerClass; readonly calls: readonly string[] } {
  const calls: string[] = [];
  class Counting extends base {
    override send(...args: Parameters<Producer['send']>): Promise<never> {
      calls.push('send');
      return super.send(...args) as unknown as Promise<never>;
    }
  }
  return { Counting, calls };
}
