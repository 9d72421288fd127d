import { EventPattern } from '@nestjs/microservices';
import { expect } from 'chai';
import { useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';
import { useTracing } from '../support/tracing.ts';

class SoldOut extends Error {
  override readonly name = 'SoldOut';
}

describe('the processing hooks of SubscribeStrategy', () => {
  const applications = useApplications();
  const spans = useTracing();
  afterEach('every span is taken', () => spans.assertDone());

  it('runs the hooks that the application sets around a handler', async () => {
    const topic = await applications.createTopic();
    const order: string[] = [];
    const orders = controllerOf({ placed: { decorators: [EventPattern(topic)], handle: () => void order.push('handler') } });
    const { strategy } = await applications.start(orders);
    strategy.setOnProcessingStartHook((_transport, _context, done) => {
      order.push('start');
      void done();
    });
    strategy.setOnProcessingEndHook(() => void order.push('end'));
    await applications.produce(topic, [{ value: 'v' }]);
    await spans.waitFor(`process ${topic}`);
    expect(order).to.deep.equal(['start', 'handler', 'end']);
  });

  for (const [how, fail] of [
    [
      'throws',
      () => {
        throw new SoldOut('no tea');
      },
    ],
    ['rejects', () => Promise.reject(new SoldOut('no tea'))],
  ] as const) {
    it(`fails the attempt when the hook before its handler ${how}`, async () => {
      const topic = await applications.createTopic();
      let handled = 0;
      const orders = controllerOf({ placed: { decorators: [EventPattern(topic)], handle: () => void handled++ } });
      const { strategy } = await applications.start(orders, { retry: { attempts: 2, backoff: { initial: 1 } } });
      let isFirst = true;
      strategy.setOnProcessingStartHook((_transport, _context, done): unknown => {
        if (!isFirst) return done();
        isFirst = false;
        return fail();
      });
      await applications.produce(topic, [{ value: 'v' }]);
      const [first, second] = [await spans.waitFor(`process ${topic}`), await spans.waitFor(`process ${topic}`)];
      expect([first.attributes['error.type'], second.status.code, handled]).to.deep.equal(['SoldOut', 0, 1]);
    });

    it(`logs that a hook ${how} behind its handler, which has handled the message`, async () => {
      const topic = await applications.createTopic();
      const orders = controllerOf({ placed: { decorators: [EventPattern(topic)], handle: () => {} } });
      const { module, strategy } = await applications.start(orders);
      const [start, end] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
      const log = (text: unknown): void => (String(text).includes('start hook') ? start : end).resolve(text);
      module.useLogger({ log() {}, warn() {}, error: log });
      strategy.setOnProcessingStartHook((_transport, _context, done): unknown => done().then(fail));
      strategy.setOnProcessingEndHook((): unknown => fail());
      await applications.produce(topic, [{ value: 'v' }]);
      expect((await spans.waitFor(`process ${topic}`)).status.code).to.equal(0);
      expect(await end.promise).to.match(/end hook has failed.*no tea/);
      expect(await start.promise).to.match(/start hook has failed.*no tea/);
    });
  }
});
