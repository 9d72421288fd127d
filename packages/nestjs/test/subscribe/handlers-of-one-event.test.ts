import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { Controller, Inject, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { EventPattern, type RequestContext } from '@nestjs/microservices';
import type { SubscribeContext } from '@tracelink/nestjs';
import { expect } from 'chai';
import { EMPTY } from 'rxjs';
import { useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';
import { useTracing } from '../support/tracing.ts';

class SoldOut extends Error {
  override readonly name = 'SoldOut';
}

describe('two handlers of one event in one group', () => {
  const applications = useApplications();
  const spans = useTracing();
  afterEach('every span is taken', () => spans.assertDone());

  it('fail their message when one fails after the other has ended without a value', async () => {
    const topic = await applications.createTopic();
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const both = controllerOf({
      // As of(order).pipe(filter(isRelevant), mergeMap(save)) is for an order that is not.
      one: { decorators: [EventPattern(topic)], handle: () => EMPTY },
      other: {
        decorators: [EventPattern(topic)],
        handle: async () => {
          begun.resolve();
          await gate.promise;
          throw new SoldOut('no tea');
        },
      },
    });
    await applications.start(both, { deadLetter: { topic: `${topic}.dead` } });
    await applications.produce(topic, [{ value: 'v' }]);
    await begun.promise;
    gate.resolve();
    expect(await spans.waitFor(`process ${topic}`)).to.have.nested.property('status.message', 'no tea');
    expect(String((await applications.read(`${topic}.dead`, 1))[0]?.value)).to.equal('v');
    await spans.waitFor(`send ${topic}.dead`);
  });

  it('are tried again when both have ended, though one has failed at once', async () => {
    const topic = await applications.createTopic();
    const order: string[] = [];
    const both = controllerOf({
      one: {
        decorators: [EventPattern(topic)],
        handle: (_data, context: SubscribeContext) => {
          if (context.getScope().attempt === 1) throw new SoldOut('no tea');
        },
      },
      other: {
        decorators: [EventPattern(topic)],
        handle: async (_data, context: SubscribeContext) => {
          const { attempt } = context.getScope();
          order.push(`begins ${attempt}`);
          // Far more than the failure of the attempt takes to be heard of.
          for (let turns = 0; turns < 200; turns++) await turnOfLoop();
          order.push(`ends ${attempt}`);
        },
      },
    });
    const classify = (): 'retry' => (order.push('has failed'), 'retry');
    await applications.start(both, { retry: { attempts: 2, backoff: { initial: 1 } }, classify });
    await applications.produce(topic, [{ value: 'v' }]);
    const codes = [await spans.waitFor(`process ${topic}`), await spans.waitFor(`process ${topic}`)].map(({ status }) => status.code);
    expect(order).to.deep.equal(['begins 1', 'ends 1', 'has failed', 'begins 2', 'ends 2']);
    expect(codes).to.deep.equal([2, 0]);
  });

  it('share what is made for their message where controllers are made for each', async () => {
    const topic = await applications.createTopic();
    const requests: RequestContext[] = [];
    class Orders {
      readonly request: RequestContext;

      constructor(request: RequestContext) {
        this.request = request;
      }

      one(): void {
        requests.push(this.request);
      }

      other(): void {
        requests.push(this.request);
      }
    }
    Inject(REQUEST)(Orders, undefined, 0);
    for (const name of ['one', 'other'] as const)
      (EventPattern(topic) as MethodDecorator)(Orders.prototype, name, { value: Orders.prototype[name] } as never);
    Controller({ scope: Scope.REQUEST })(Orders);
    await applications.start(Orders);
    await applications.produce(topic, [{ value: 'v' }]);
    await spans.waitFor(`process ${topic}`);
    expect(requests.map((request) => request.getPattern())).to.deep.equal([topic, topic]);
    expect(requests[0]).to.equal(requests[1]);
  });
});
