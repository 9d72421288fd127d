import { EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { KafkaTracingError } from '@tracelink/kafka';
import { ConsumerGroup, SubscribeStrategy, TracelinkModule, type SubscribeStrategyOptions } from '@tracelink/nestjs';
import { expect } from 'chai';
import { logLevel } from 'kafkajs';
import { compiled, useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';

const quiet = (): void => {};

describe('an application on SubscribeStrategy', () => {
  const applications = useApplications();
  const refusal = (start: Promise<unknown>): Promise<Error> =>
    start.then(
      () => expect.fail('started'),
      (error: Error) => error,
    );

  it('does not start when a pattern is no topic', async () => {
    for (const [pattern, said] of [
      [/orders\..*/, 'not the regular expression /orders\\..*/. An expression would take its own dead-letter and retry topics, too.'],
      [{ cmd: 'sum' }, 'not "[object Object]".'],
      ['two words', 'not "two words".'],
      ['', 'not "".'],
    ] as const) {
      const orders = controllerOf({ placed: { decorators: [EventPattern(pattern)], handle: quiet } });
      const error = await refusal(applications.start(orders));
      expect(error).to.be.instanceOf(KafkaTracingError).and.include({ code: 'invalid_option' });
      expect(error.message.endsWith(said), error.message).to.equal(true);
    }
  });

  it('does not start without a handler', async () => {
    const error = await refusal(applications.start(controllerOf({ placed: { decorators: [], handle: quiet } })));
    expect(error.message).to.include('SubscribeStrategy has no handler: no method of a controller has @EventPattern or @MessagePattern');
  });

  it('does not start with an option that subscribe does not know, or without a group', async () => {
    const topic = await applications.createTopic();
    const orders = controllerOf({ placed: { decorators: [EventPattern(topic)], handle: quiet } });
    const unknown = { retries: 3 } as Partial<SubscribeStrategyOptions>;
    expect(await refusal(applications.start(orders, unknown))).to.include({ code: 'unknown_option' });
    const module = await compiled({ controllers: [orders], imports: [TracelinkModule.forRoot({ client: applications.client() })] });
    const error = await refusal(applications.startWith(module, module.get(SubscribeStrategy)));
    expect(error.message).to.include('subscribe needs "groupId"');
  });

  it('does not start when a topic is missing or the broker is gone, and closes', async () => {
    const orders = controllerOf({ placed: { decorators: [EventPattern('nothing.of.the.kind')], handle: quiet } });
    expect(await refusal(applications.start(orders))).to.include({ code: 'topic_missing' });
    const client = { brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING, retry: { retries: 0 } };
    const module = await compiled({
      controllers: [orders],
      imports: [TracelinkModule.forRoot({ client, subscribe: { groupId: 'g' } })],
    });
    const strategy = module.get(SubscribeStrategy);
    expect(await refusal(applications.startWith(module, strategy)))
      .to.have.property('name')
      .that.matches(/^KafkaJS/);
    expect(strategy.health()).to.deep.equal({ ok: false, groups: {} });
  });

  it('drains the groups that had started when another does not', async () => {
    const topic = await applications.createTopic();
    const orders = controllerOf({
      placed: { decorators: [EventPattern(topic)], handle: quiet },
      billed: { decorators: [ConsumerGroup({ groupId: 'billing' }), EventPattern('nothing.of.the.kind')], handle: quiet },
    });
    const strategy = new SubscribeStrategy({ client: applications.client(), groupId: applications.groupId() });
    expect(await refusal(applications.startWith(await compiled({ controllers: [orders] }), strategy))).to.include({
      code: 'topic_missing',
    });
    expect(Object.values(strategy.health().groups).map(({ state }) => state)).to.deep.equal(['drained']);
  });

  it('consumes a handler in a group of its own, with options of its own', async () => {
    const topic = await applications.createTopic();
    const [groupId, billing] = [applications.groupId(), applications.groupId()];
    const Billing = ConsumerGroup({
      groupId: billing,
      deadLetter: { topic: `${topic}.billing.dead` },
      retry: { attempts: 3, backoff: { initial: 1 } },
    });
    const handled = Promise.withResolvers<void>();
    let attempts = 0;
    const orders = controllerOf({
      placed: { decorators: [EventPattern(topic)], handle: () => handled.resolve() },
      billed: {
        decorators: [Billing, EventPattern(topic)],
        handle: () => {
          attempts++;
          throw new Error('no');
        },
      },
    });
    const { strategy } = await applications.start(orders, { groupId });
    expect([...strategy.unwrap().keys()]).to.have.members([groupId, billing]);
    await applications.produce(topic, [{ value: 'v' }]);
    await handled.promise;
    await applications.read(`${topic}.billing.dead`, 1);
    expect(attempts).to.equal(3);
  });

  it('refuses two sets of options for a group, and two handlers of a request', async () => {
    const group = (): MethodDecorator => ConsumerGroup({ groupId: 'billing' });
    const two = controllerOf({
      a: { decorators: [EventPattern('a'), group()], handle: quiet },
      b: { decorators: [EventPattern('b'), group()], handle: quiet },
    });
    expect((await refusal(applications.start(two))).message).to.include('The group "billing" is given two sets of options');
    const requests = controllerOf({
      a: { decorators: [MessagePattern('a')], handle: quiet },
      b: { decorators: [EventPattern('a')], handle: quiet },
    });
    expect((await refusal(applications.start(requests))).message).to.include('Topic "a" has two handlers, and one is of @MessagePattern');
  });

  it('runs two strategies, each with the handlers of its transport', async () => {
    const [orders, audits] = [await applications.createTopic(), await applications.createTopic()];
    const audit = Symbol('audit');
    const handled: [Promise<unknown>, (value: unknown) => void][] = [];
    const wait = (): ((value: unknown) => void) => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      handled.push([promise, resolve]);
      return resolve;
    };
    const [placed, audited] = [wait(), wait()];
    const module = await compiled({
      controllers: [
        controllerOf({
          placed: { decorators: [EventPattern(orders, Transport.KAFKA)], handle: placed },
          audited: { decorators: [EventPattern(audits, audit)], handle: audited },
        }),
      ],
    });
    const options = (): SubscribeStrategyOptions => ({
      client: applications.client(),
      groupId: applications.groupId(),
      fromBeginning: true,
    });
    const [first, second] = [new SubscribeStrategy(options()), new SubscribeStrategy({ ...options(), transportId: audit })];
    await applications.startWith(module, first);
    await applications.startWith(module, second);
    expect([...first.getHandlers().keys(), ...second.getHandlers().keys()]).to.deep.equal([orders, audits]);
    await applications.produce(orders, [{ value: 'o' }]);
    await applications.produce(audits, [{ value: 'a' }]);
    expect(await Promise.all(handled.map(([promise]) => promise))).to.deep.equal(['o', 'a']);
  });

  it('answers a failed request where there is no SDK', async () => {
    const [topic, replies] = [await applications.createTopic(), await applications.createTopic()];
    const sums = controllerOf({ sum: { decorators: [MessagePattern(topic)], handle: () => Promise.reject(new Error('no')) } });
    await applications.start(sums);
    await applications.produce(topic, [{ value: '1', headers: { kafka_correlationId: 'c', kafka_replyTopic: replies } }]);
    const [answer] = await applications.read(replies, 1);
    expect(String(answer?.headers?.['kafka_nest-err'])).to.equal('{"status":"error","message":"Internal server error"}');
  });

  it('takes the options of forRootAsync', async () => {
    const topic = await applications.createTopic();
    const handled = Promise.withResolvers<unknown>();
    const module = await compiled({
      controllers: [controllerOf({ placed: { decorators: [EventPattern(topic)], handle: handled.resolve } })],
      imports: [
        TracelinkModule.forRootAsync({
          useFactory: async () => ({ client: applications.client(), subscribe: { groupId: applications.groupId(), fromBeginning: true } }),
        }),
      ],
    });
    await applications.startWith(module, module.get(SubscribeStrategy));
    await applications.produce(topic, [{ value: 'v' }]);
    expect(await handled.promise).to.equal('v');
  });

  it('does not start once it is closed, and drains what was starting', async () => {
    const topic = await applications.createTopic();
    const make = async () => {
      const strategy = new SubscribeStrategy({ client: applications.client(), groupId: applications.groupId() });
      const module = await compiled({ controllers: [controllerOf({ placed: { decorators: [EventPattern(topic)], handle: quiet } })] });
      return { app: module.createNestMicroservice({ strategy }), strategy };
    };
    const early = await make();
    const listening = refusal(early.app.listen());
    await early.app.close();
    expect(await listening).to.include({ code: 'drained' });
    expect(early.strategy.unwrap().size).to.equal(0);

    const { app, strategy } = await make();
    await app.init();
    const listens = app.listen();
    // Nest has called the strategy when its promise has been passed on once.
    await Promise.resolve();
    await app.close();
    await listens;
    expect(Object.values(strategy.health().groups).map(({ state }) => state)).to.deep.equal(['drained']);
  });
});
