import { Catch, Scope, UseFilters, type ArgumentsHost } from '@nestjs/common';
import { EventPattern, RpcException } from '@nestjs/microservices';
import { KafkaTracingError } from '@tracelink/kafka';
import { DeliveryHeader, type FailedAttempt } from '@tracelink/kafka/subscribe';
import { SubscribeStrategy, type SubscribeContext } from '@tracelink/nestjs';
import { expect } from 'chai';
import { concat, of, throwError, type Observable } from 'rxjs';
import { compiled, useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';
import { useTracing } from '../support/tracing.ts';

class SoldOut extends Error {
  override readonly name = 'SoldOut';
}

describe('SubscribeStrategy', () => {
  const applications = useApplications();
  const spans = useTracing();
  afterEach('every span is taken', () => spans.assertDone());

  it('hands a message to its handler as ServerKafka does, in a span, and commits it', async () => {
    const topic = await applications.createTopic();
    const handled = Promise.withResolvers<readonly [unknown, SubscribeContext]>();
    const orders = controllerOf({
      placed: { decorators: [EventPattern(topic)], handle: (data, context) => (handled.resolve([data, context]), of(1)) },
    });
    await applications.start(orders);
    await applications.produce(topic, [{ key: 'k', value: '{"id":7}', headers: { note: 'n' } }]);
    const [data, context] = await handled.promise;
    expect(data).to.deep.equal({ id: 7 });
    expect(context.getMessage()).to.deep.include({ key: 'k', offset: '0' });
    expect(context.getMessage().headers).to.deep.equal({ note: 'n' });
    expect([context.getTopic(), context.getPartition(), context.getScope().attempt]).to.deep.equal([topic, 0, 1]);
    expect(() => context.getConsumer()).to.throw(KafkaTracingError, 'commits by itself');
    expect(() => context.getProducer()).to.throw(KafkaTracingError, 'inject TracedClientKafka');
    await spans.waitFor(`process ${topic}`);
  });

  for (const [what, thrown, type, message] of [
    ['an Error', new SoldOut('no tea'), 'SoldOut', 'no tea'],
    ['an RpcException', new RpcException('no tea'), 'Error', 'no tea'],
    ['a plain object', { message: 'no tea' }, '_OTHER', 'no tea'],
    ['undefined', undefined, '_OTHER', 'undefined'],
  ] as const) {
    it(`shows classify, the span and the dead-letter record what the handler threw: ${what}`, async () => {
      const topic = await applications.createTopic();
      const classified: [unknown, number][] = [];
      const orders = controllerOf({
        placed: {
          decorators: [EventPattern(topic)],
          handle: () => Promise.reject(thrown),
        },
      });
      await applications.start(orders, {
        retry: { attempts: 2, backoff: { initial: 1 } },
        deadLetter: { topic: `${topic}.dead` },
        classify: (error: unknown, { attempt }: FailedAttempt) => (classified.push([error, attempt]), 'retry'),
      });
      await applications.produce(topic, [{ value: 'v' }]);
      const [dead] = await applications.read(`${topic}.dead`, 1);
      expect(classified).to.deep.equal([
        [thrown, 1],
        [thrown, 2],
      ]);
      expect(String(dead?.headers?.[DeliveryHeader.ERROR_MESSAGE])).to.equal(message);
      for (const _ of classified) {
        const span = await spans.waitFor(`process ${topic}`);
        expect(span.status.message).to.equal(message);
        expect(span.attributes['error.type']).to.equal(type);
      }
      await spans.waitFor(`send ${topic}.dead`);
    });
  }

  /** Fails once, and resolves with what classify got. */
  const failedWith = async (start: (topic: string, classify: (error: unknown) => 'skip') => Promise<unknown>): Promise<unknown> => {
    const topic = await applications.createTopic();
    const classified = Promise.withResolvers<unknown>();
    await start(topic, (error) => (classified.resolve(error), 'skip'));
    await applications.produce(topic, [{ value: 'v' }]);
    await spans.waitFor(`process ${topic}`);
    return classified.promise;
  };
  const failing = (topic: string, ...decorators: MethodDecorator[]) => controllerOf(failure(topic, decorators));
  const failure = (topic: string, decorators: readonly MethodDecorator[] = []) => ({
    placed: {
      decorators: [EventPattern(topic), ...decorators],
      handle: () => {
        throw new SoldOut('no tea');
      },
    },
  });

  it('gives classify the error of a controller that is made anew for each message', async () => {
    const error = await failedWith((topic, classify) =>
      applications.start(controllerOf(failure(topic), { scope: Scope.REQUEST }), { classify }),
    );
    expect(error).to.be.instanceOf(SoldOut);
  });

  it('gives classify what the observable of a handler ends with', async () => {
    const error = await failedWith((topic, classify) => {
      const handle = (): Observable<unknown> =>
        concat(
          of(1),
          throwError(() => new SoldOut('no tea')),
        );
      return applications.start(controllerOf({ placed: { decorators: [EventPattern(topic)], handle } }), { classify });
    });
    expect(error).to.be.instanceOf(SoldOut);
  });

  it('gives a handler of a tombstone null', async () => {
    const topic = await applications.createTopic();
    const handled = Promise.withResolvers<unknown>();
    await applications.start(controllerOf({ placed: { decorators: [EventPattern(topic)], handle: (data) => handled.resolve(data) } }));
    await applications.produce(topic, [{ key: 'k', value: null }]);
    expect(await handled.promise).to.equal(null);
    await spans.waitFor(`process ${topic}`);
  });

  it('gives classify the error that an exception filter of the application made', async () => {
    class Translated extends Error {}
    class Filter {
      catch(error: Error, _host: ArgumentsHost): Observable<never> {
        return throwError(() => new Translated(`translated: ${error.message}`));
      }
    }
    Catch(SoldOut)(Filter);
    const error = await failedWith((topic, classify) => applications.start(failing(topic, UseFilters(Filter)), { classify }));
    expect(error).to.be.instanceOf(Translated).with.property('message', 'translated: no tea');
  });

  it('counts a message as handled when an exception filter makes a value of the error', async () => {
    const topic = await applications.createTopic();
    class Filter {
      catch(): Observable<string> {
        return of('never mind');
      }
    }
    Catch()(Filter);
    await applications.start(failing(topic, UseFilters(Filter)), { classify: () => 'stop' });
    await applications.produce(topic, [{ value: 'v' }]);
    expect(await spans.waitFor(`process ${topic}`)).to.have.nested.property('status.code', 0);
  });

  it('gives classify what Nest makes of an error where TracelinkModule is not imported', async () => {
    const error = await failedWith(async (topic, classify) => {
      const module = await compiled({ controllers: [failing(topic)] });
      const options = { client: applications.client(), groupId: applications.groupId(), fromBeginning: true, classify };
      return applications.startWith(module, new SubscribeStrategy(options));
    });
    expect(error).to.be.instanceOf(RpcException).with.property('message', 'Internal server error');
  });

  it('waits for a handler when the application closes in the middle of a message, and commits it', async () => {
    const topic = await applications.createTopic();
    const groupId = applications.groupId();
    const [begun, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const handled: string[] = [];
    const orders = controllerOf({
      placed: {
        decorators: [EventPattern(topic)],
        handle: async (data: string) => {
          begun.resolve();
          await end.promise;
          handled.push(data);
        },
      },
    });
    const first = await applications.start(orders, { groupId });
    await applications.produce(topic, [{ value: 'a' }, { value: 'b' }]);
    await begun.promise;
    const closed = first.app.close();
    expect(first.strategy.health()).to.have.nested.property(`groups.${groupId}.state`, 'draining');
    end.resolve();
    await closed;
    expect(handled).to.deep.equal(['a']);
    expect(first.strategy.health().ok).to.equal(false);
    await spans.waitFor(`process ${topic}`);
    // The next member begins behind it.
    await applications.start(orders, { groupId });
    await spans.waitFor(`process ${topic}`);
    expect(handled).to.deep.equal(['a', 'b']);
  });

  it('runs all handlers of an event, and fails its message when one of them fails', async () => {
    const topic = await applications.createTopic();
    const ran: string[] = [];
    const both = controllerOf({
      one: { decorators: [EventPattern(topic)], handle: () => void ran.push('one') },
      another: { decorators: [EventPattern(topic)], handle: () => void ran.push('another') },
      other: {
        decorators: [EventPattern(topic)],
        handle: () => {
          ran.push('other');
          throw new SoldOut('no tea');
        },
      },
    });
    const failed = Promise.withResolvers<unknown>();
    const { app } = await applications.start(both, { deadLetter: { topic: `${topic}.dead` } });
    app.on('dead-letter', ({ error }: { readonly error: unknown }) => failed.resolve(error));
    await applications.produce(topic, [{ value: 'v' }]);
    expect(await failed.promise).to.be.instanceOf(SoldOut);
    expect(ran.toSorted()).to.deep.equal(['another', 'one', 'other']);
    await spans.waitFor(`process ${topic}`);
    await spans.waitFor(`send ${topic}.dead`);
  });

  it('handles keys concurrently, in order within each', async () => {
    const topic = await applications.createTopic();
    const slow = Promise.withResolvers<void>();
    const handled: string[] = [];
    const orders = controllerOf({
      placed: {
        decorators: [EventPattern(topic)],
        handle: async (data: string) => {
          if (data === 'a1') await slow.promise;
          handled.push(data);
          if (data === 'b2') slow.resolve();
        },
      },
    });
    await applications.start(orders, { concurrency: { keys: 2 } });
    await applications.produce(topic, [
      { key: 'a', value: 'a1' },
      { key: 'a', value: 'a2' },
      { key: 'b', value: 'b1' },
      { key: 'b', value: 'b2' },
    ]);
    for (let count = 0; count < 4; count++) await spans.waitFor(`process ${topic}`);
    expect(handled).to.deep.equal(['b1', 'b2', 'a1', 'a2']);
  });

  for (const [what, decoded] of [
    ['an object', { id: 7 }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { id: 7 })],
    ['text that looks like JSON', '{"id":7}'],
    ['undefined', undefined],
  ] as const)
    it(`hands on what the codec made, to the handler and in its context: ${what}`, async () => {
      const topic = await applications.createTopic();
      const handled = Promise.withResolvers<readonly [unknown, SubscribeContext]>();
      const handle = (data: unknown, context: SubscribeContext): void => handled.resolve([data, context]);
      await applications.start(controllerOf({ placed: { decorators: [EventPattern(topic)], handle } }), {
        codec: { decode: () => decoded },
      });
      await applications.produce(topic, [{ key: 'k', value: 'v', headers: { note: 'n' } }]);
      const [data, context] = await handled.promise;
      expect(data).to.equal(decoded);
      expect(context.getMessage().value).to.equal(decoded);
      expect(context.getMessage()).to.deep.include({ key: 'k', headers: { note: 'n' } });
      await spans.waitFor(`process ${topic}`);
    });
});
