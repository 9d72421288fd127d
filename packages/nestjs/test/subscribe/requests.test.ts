import { trace } from '@opentelemetry/api';
import { Catch, UseFilters } from '@nestjs/common';
import {
  EventPattern,
  KafkaHeaders,
  KafkaRetriableException,
  MessagePattern,
  RpcException,
  type KafkaOptions,
} from '@nestjs/microservices';
import { SubscribeStrategy, TracedClientKafka, type SubscribeContext, type SubscribeStrategyOptions } from '@tracelink/nestjs';
import { expectTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka } from 'kafkajs';
import { catchError, concat, defer, EMPTY, from, lastValueFrom, of, throwError, toArray, type Observable } from 'rxjs';
import { compiled, useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';
import { useTracing } from '../support/tracing.ts';

describe('a request to SubscribeStrategy', () => {
  const applications = useApplications();
  const spans = useTracing();
  afterEach('every span is taken', () => spans.assertDone());

  /** An application that answers requests, and a client that asks. */
  const answering = async (
    handle: (data: never, context: SubscribeContext) => unknown,
    send?: NonNullable<KafkaOptions['options']>['send'],
    options: Partial<SubscribeStrategyOptions> = {},
  ) => {
    const topic = await applications.createRequestTopic();
    const sums = controllerOf({ sum: { decorators: [MessagePattern(topic)], handle } });
    const clientKafka = { consumer: { groupId: applications.groupId() }, ...(send && { send }) };
    const subscribe = { retry: { attempts: 2, backoff: { initial: 1 } }, ...options };
    const { module } = await applications.start(sums, subscribe, { clientKafka });
    const client = module.get(TracedClientKafka);
    client.subscribeToResponseOf(topic);
    await client.connect();
    return { topic, client };
  };
  /** Takes the spans of an answer besides those of the handler. */
  const takeExchange = async (topic: string, answers: number): Promise<void> => {
    await spans.waitFor(`send ${topic}`);
    for (let count = 0; count < answers; count++) {
      await spans.waitFor(`send ${topic}.reply`);
      await spans.waitFor(`process ${topic}.reply`);
    }
  };

  /** The values of an answer, and the error that ends it, if one does. */
  const outcomeOf = (answer: Observable<unknown>): Promise<unknown[]> =>
    lastValueFrom(
      answer.pipe(
        catchError((error: unknown) => of(error)),
        toArray(),
      ),
    );

  it('is answered in the trace of the one who asked', async () => {
    const { topic, client } = await answering((data: readonly number[]) => data.reduce((a, b) => a + b, 0));
    const sum = await trace.getTracer('test').startActiveSpan('GET /sum', async (span) => {
      const answer = await lastValueFrom(client.send<unknown>(topic, [1, 2, 3]));
      span.end();
      return answer;
    });
    expect(sum).to.equal('6');
    const received = await spans.waitFor(`process ${topic}.reply`);
    const request = spans.take('GET /sum');
    // The answer may be here before its sender has heard so.
    const before = [];
    for (const name of [`send ${topic}`, `process ${topic}`, `send ${topic}.reply`]) before.push(await spans.waitFor(name));
    expectTrace([request, ...before, received])
      .toHaveEdge('GET /sum', `send ${topic}`, { via: 'parent' })
      .toHaveEdge(`send ${topic}`, `process ${topic}`, { via: 'both' })
      .toHaveEdge(`process ${topic}`, `send ${topic}.reply`, { via: 'parent' })
      .toHaveEdge(`send ${topic}.reply`, `process ${topic}.reply`, { via: 'both' })
      .toHaveNoLeftOver();
    expect(received.spanContext().traceId).to.equal(request.spanContext().traceId);
  });

  it('is answered with its error, which is on its span, and is not tried again', async () => {
    let attempts = 0;
    const { topic, client } = await answering(() => {
      attempts++;
      throw new RpcException('no such number');
    });
    const error: unknown = await lastValueFrom(client.send(topic, [1])).catch((reason: unknown) => reason);
    expect(error).to.deep.equal({ status: 'error', message: 'no such number' });
    const span = await spans.waitFor(`process ${topic}`);
    expect([span.status, span.attributes['error.type'], attempts]).to.deep.equal([{ code: 2, message: 'no such number' }, 'Error', 1]);
    await takeExchange(topic, 1);
  });

  it('is tried again when its handler throws KafkaRetriableException', async () => {
    let attempts = 0;
    const { topic, client } = await answering(() => {
      if (++attempts === 1) throw new KafkaRetriableException('the sum is away');
      return 6;
    });
    expect(await lastValueFrom(client.send(topic, [1]))).to.equal('6');
    const [first, second] = [await spans.waitFor(`process ${topic}`), await spans.waitFor(`process ${topic}`)];
    expect([first.status.message, second.status.code]).to.deep.equal(['the sum is away', 0]);
    await takeExchange(topic, 1);
  });

  it('is answered by its retry when its handler calls retryLater', async () => {
    const groupId = applications.groupId();
    const { topic, client } = await answering(
      (_data, context) => {
        const { attempt, retryLater } = context.getScope();
        return attempt === 1 ? retryLater(0) : 6;
      },
      undefined,
      { groupId, retryTopics: { delays: ['50ms'] } },
    );
    expect(await lastValueFrom(client.send(topic, [1]))).to.equal('6');
    const retryTopic = `${topic}.${groupId}.retry.50ms`;
    for (const name of [`process ${topic}`, `send ${retryTopic}`, `process ${retryTopic}`]) await spans.waitFor(name);
    await takeExchange(topic, 1);
  });

  it('is answered with each value of an observable, and with the error that ends it', async () => {
    const { topic, client } = await answering(() =>
      concat(
        from(['a', 'b']),
        throwError(() => new RpcException('torn')),
      ),
    );
    expect(await outcomeOf(client.send(topic, []))).to.deep.equal(['a', 'b', { status: 'error', message: 'torn' }]);
    await spans.waitFor(`process ${topic}`);
    await takeExchange(topic, 3);
  });

  it('is answered with KafkaRetriableException, and not tried again, once a value has gone out', async () => {
    let attempts = 0;
    const { topic, client } = await answering(() => {
      const torn = ++attempts === 1 ? throwError(() => new KafkaRetriableException('the sum is away')) : EMPTY;
      return concat(from(['a', 'b']), torn);
    });
    expect(await outcomeOf(client.send(topic, []))).to.deep.equal(['a', 'b', { status: 'error', message: 'the sum is away' }]);
    const { status, attributes } = await spans.waitFor(`process ${topic}`);
    expect([status, attributes['error.type'], attempts]).to.deep.equal([{ code: 2, message: 'the sum is away' }, 'Error', 1]);
    await takeExchange(topic, 3);
  });

  it('is retried when its handler asks for it once a value has gone out, and the client drops what the retry answers', async () => {
    const groupId = applications.groupId();
    const { topic, client } = await answering(
      (_data, context) => {
        const { attempt, retryLater } = context.getScope();
        return concat(from(['a', 'b']), attempt === 1 ? defer(() => retryLater(0)) : EMPTY);
      },
      undefined,
      { groupId, retryTopics: { delays: ['50ms'] } },
    );
    expect(await outcomeOf(client.send(topic, []))).to.deep.equal(['a', 'b', { status: 'error', message: 'Internal server error' }]);
    const retryTopic = `${topic}.${groupId}.retry.50ms`;
    for (const name of [`process ${topic}`, `send ${retryTopic}`, `process ${retryTopic}`]) await spans.waitFor(name);
    await takeExchange(topic, 5);
  });

  it('becomes the dead letter that its handler asks for, and is answered with the error, once a value has gone out', async () => {
    const groupId = applications.groupId();
    const { topic, client } = await answering(
      (_data, context) =>
        concat(
          from(['a', 'b']),
          defer(() => context.getScope().deadLetter('torn')),
        ),
      undefined,
      { groupId },
    );
    expect(await outcomeOf(client.send(topic, []))).to.deep.equal(['a', 'b', { status: 'error', message: 'Internal server error' }]);
    for (const name of [`process ${topic}`, `send ${topic}.${groupId}.dead-letter`]) await spans.waitFor(name);
    await takeExchange(topic, 3);
  });

  it('ends without a value when its observable has none', async () => {
    const { topic, client } = await answering(() => from([]));
    expect(await lastValueFrom(client.send(topic, []).pipe(toArray()))).to.have.length.below(2);
    await spans.waitFor(`process ${topic}`);
    await takeExchange(topic, 1);
  });

  it('does not change a message that a handler answers with', async () => {
    const answer = Object.freeze({ key: 'k', value: Object.freeze({ sum: 6 }) });
    const { topic, client } = await answering(() => answer);
    expect(await lastValueFrom(client.send(topic, []))).to.deep.equal({ sum: 6 });
    await spans.waitFor(`process ${topic}`);
    await takeExchange(topic, 1);
  });

  it('has its handler run when it asks for no answer', async () => {
    const { topic, client } = await answering(() => 6);
    await lastValueFrom(client.emit(topic, []));
    await spans.waitFor(`process ${topic}`);
    await spans.waitFor(`send ${topic}`);
  });

  it('is an event to a handler of @EventPattern', async () => {
    const topic = await applications.createTopic();
    const events = controllerOf({ sum: { decorators: [EventPattern(topic)], handle: () => 6 } });
    await applications.start(events);
    await applications.produce(topic, [{ value: '1', headers: { kafka_correlationId: 'c', kafka_replyTopic: `${topic}.reply` } }]);
    await spans.waitFor(`process ${topic}`);
  });

  it('is answered on a strategy by itself, with no interceptor and on a client of the application', async () => {
    const [topic, replies] = [await applications.createTopic(), await applications.createTopic()];
    const sums = controllerOf({
      sum: {
        decorators: [MessagePattern(topic)],
        handle: (data: string) => (data === 'bad' ? Promise.reject(new RpcException('no such number')) : Number(data) + 1),
      },
    });
    const options = { groupId: applications.groupId(), fromBeginning: true, tracing: { parentLink: false } };
    await applications.startWith(
      await compiled({ controllers: [sums] }),
      new SubscribeStrategy({ ...options, client: new Kafka(applications.client()) }),
    );
    // Neither has a partition to be answered on.
    const headers = { [KafkaHeaders.CORRELATION_ID]: 'c', [KafkaHeaders.REPLY_TOPIC]: replies };
    await applications.produce(topic, [
      { value: '1', headers },
      { value: 'bad', headers },
    ]);
    const [sum, error] = await applications.read(replies, 2);
    expect([String(sum?.value), sum?.headers?.[KafkaHeaders.NEST_ERR]]).to.deep.equal(['2', undefined]);
    expect(String(error?.headers?.[KafkaHeaders.NEST_ERR])).to.equal('{"status":"error","message":"no such number"}');
    await spans.waitFor(`process ${topic}`);
    expect(await spans.waitFor(`process ${topic}`)).to.have.nested.property('status.message', 'no such number');
    for (let count = 0; count < 2; count++) await spans.waitFor(`send ${replies}`);
  });

  for (const [made, text] of [
    ['a text', 'a text'],
    [new RpcException('a reason'), 'a reason'],
    [new Error('a fault'), '{"status":"error","message":"a fault"}'],
    [undefined, 'null'],
  ] as const)
    it(`is answered with what an exception filter makes of an error: ${String(made)}`, async () => {
      const [topic, replies] = [await applications.createTopic(), await applications.createTopic()];
      class Filter {
        catch(): Observable<never> {
          return throwError(() => made);
        }
      }
      Catch()(Filter);
      const sums = controllerOf({
        // Not even an Error.
        sum: { decorators: [MessagePattern(topic), UseFilters(Filter)], handle: () => Promise.reject({ message: 'thrown' }) },
      });
      await applications.start(sums);
      const headers = { [KafkaHeaders.CORRELATION_ID]: 'c', [KafkaHeaders.REPLY_TOPIC]: replies };
      await applications.produce(topic, [{ value: '1', headers }]);
      const [answer] = await applications.read(replies, 1);
      expect(String(answer?.headers?.[KafkaHeaders.NEST_ERR])).to.equal(text);
      expect(await spans.waitFor(`process ${topic}`)).to.have.nested.property('status.message', 'thrown');
      await spans.waitFor(`send ${replies}`);
    });

  it('is failed on its own span by the failed answer to a request of its handler', async () => {
    const [first, second] = [await applications.createRequestTopic(), await applications.createRequestTopic()];
    const clientKafka = { consumer: { groupId: applications.groupId() } };
    const asking = new TracedClientKafka({ client: applications.client() as never, ...clientKafka });
    asking.subscribeToResponseOf(first);
    asking.subscribeToResponseOf(second);
    await asking.connect();
    applications.later(() => asking.close());
    const handles = {
      [first]: () => asking.send(second, [1]),
      [second]: () => Promise.reject(new RpcException('no such number')),
    };
    // One group each: what handles the first waits for the second.
    for (const [topic, handle] of Object.entries(handles)) {
      await applications.start(controllerOf({ sum: { decorators: [MessagePattern(topic)], handle } }));
    }
    await lastValueFrom(asking.send(first, [1])).catch(() => {});
    const codes = [];
    for (const topic of [first, second]) {
      codes.push((await spans.waitFor(`process ${topic}`)).status.code, (await spans.waitFor(`process ${topic}.reply`)).status.code);
      for (const name of [`send ${topic}`, `send ${topic}.reply`]) await spans.waitFor(name);
    }
    expect(codes).to.deep.equal([2, 0, 2, 0]);
  });

  it('is answered without the relation that the consumer has', async () => {
    const [topic, replies] = [await applications.createTopic(), await applications.createTopic()];
    const sums = controllerOf({ sum: { decorators: [MessagePattern(topic)], handle: () => 6 } });
    await applications.start(sums, {
      tracing: { relation: 'link', topics: { [replies]: { relation: 'link', destinationTemplate: 'replies' } } },
    });
    const headers = { [KafkaHeaders.CORRELATION_ID]: 'c', [KafkaHeaders.REPLY_TOPIC]: replies };
    await applications.produce(topic, [{ value: '1', headers }]);
    const [answer] = await applications.read(replies, 1);
    expect(answer?.headers).to.have.property('traceparent');
    expect(answer?.headers).to.not.have.property('tracelink-relation');
    for (const name of [`process ${topic}`, 'send replies']) await spans.waitFor(name);
  });
});
