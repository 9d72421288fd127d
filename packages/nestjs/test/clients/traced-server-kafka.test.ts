import { EventPattern, MessagePattern } from '@nestjs/microservices';
import { TracedClientKafka, TracedServerKafka, TracelinkModule } from '@tracelink/nestjs';
import { expectTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { lastValueFrom } from 'rxjs';
import { compiled, useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';
import { useTracing } from '../support/tracing.ts';

describe('TracedServerKafka', () => {
  const applications = useApplications();
  const spans = useTracing();
  afterEach('every span is taken', () => spans.assertDone());

  const start = async (controller: ReturnType<typeof controllerOf>): Promise<TracedClientKafka> => {
    const consumer = { groupId: applications.groupId(), retry: { initialRetryTime: 20 } };
    const module = await compiled({
      controllers: [controller],
      imports: [TracelinkModule.forRoot({ client: applications.client(), clientKafka: { consumer: { groupId: applications.groupId() } } })],
    });
    const strategy = new TracedServerKafka(
      { client: applications.client(), consumer, subscribe: { fromBeginning: true } },
      { consumer: { onProcess: (span) => void span.setAttribute('seen', true) } },
    );
    const app = module.createNestMicroservice({ strategy });
    applications.later(() => app.close());
    await app.listen();
    return module.get(TracedClientKafka);
  };

  it('runs a handler in the trace of what a TracedClientKafka emitted, and shows what it threw', async () => {
    const topic = await applications.createTopic();
    let attempts = 0;
    const orders = controllerOf({
      placed: {
        decorators: [EventPattern(topic)],
        handle: () => {
          if (++attempts === 1) throw new RangeError('no tea');
        },
      },
    });
    const client = await start(orders);
    await lastValueFrom(client.emit(topic, { id: 7 }));
    const failed = await spans.waitFor(`process ${topic}`);
    expect([failed.status.message, failed.attributes['error.type'], failed.attributes['seen']]).to.deep.equal([
      'no tea',
      'RangeError',
      true,
    ]);
    const handled = await spans.waitFor(`process ${topic}`);
    const sent = await spans.waitFor(`send ${topic}`);
    expectTrace([sent, failed, handled]).toHaveEdge(`send ${topic}`, `process ${topic}`, { via: 'both', times: 2 });
  });

  it('answers a request in its trace, and has its error on its span', async () => {
    const topic = await applications.createRequestTopic();
    const sums = controllerOf({
      sum: {
        decorators: [MessagePattern(topic)],
        handle: () => {
          throw new RangeError('no such number');
        },
      },
    });
    const client = await start(sums);
    client.subscribeToResponseOf(topic);
    await client.connect();
    const error: unknown = await lastValueFrom(client.send(topic, [1])).catch((reason: unknown) => reason);
    expect(error).to.deep.equal({ status: 'error', message: 'Internal server error' });
    const span = await spans.waitFor(`process ${topic}`);
    expect([span.status, span.attributes['error.type']]).to.deep.equal([{ code: 2, message: 'no such number' }, 'RangeError']);
    const received = await spans.waitFor(`process ${topic}.reply`);
    expect(received.spanContext().traceId).to.equal(span.spanContext().traceId);
    await spans.waitFor(`send ${topic}`);
    await spans.waitFor(`send ${topic}.reply`);
  });
});
