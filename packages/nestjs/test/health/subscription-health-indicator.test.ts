import { EventPattern } from '@nestjs/microservices';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { SubscribeStrategy, TracelinkModule } from '@tracelink/nestjs';
import { SubscriptionHealthIndicator } from '@tracelink/nestjs/terminus';
import { expect } from 'chai';
import { compiled, useApplications } from '../support/applications.ts';
import { controllerOf } from '../support/controller.ts';

describe('SubscriptionHealthIndicator', () => {
  const applications = useApplications();

  it('is up while the application consumes, and down before, after and while a partition is blocked', async () => {
    const topic = await applications.createTopic();
    const groupId = applications.groupId();
    const secret = 'the secret of a message';
    const orders = controllerOf({
      placed: {
        decorators: [EventPattern(topic)],
        handle: () => {
          throw new Error(secret);
        },
      },
    });
    const subscribe = { groupId, fromBeginning: true, classify: () => 'stop' as const };
    const module = await compiled({
      controllers: [orders],
      imports: [TerminusModule, TracelinkModule.forRoot({ client: applications.client(), subscribe })],
      providers: [SubscriptionHealthIndicator],
    });
    const [health, subscriptions] = [module.get(HealthCheckService), module.get(SubscriptionHealthIndicator)];
    const check = () =>
      health.check([() => subscriptions.isHealthy('kafka')]).then(
        ({ details }) => details,
        (error: { getResponse(): { details: unknown } }) => error.getResponse().details,
      );
    const report = { state: 'running', stuck: 0, blocked: {}, isCircuitOpen: false, inFlight: 0 };
    expect(await check()).to.deep.equal({ kafka: { status: 'down', groups: {} } });
    const { app, strategy } = await applications.startWith(module, module.get(SubscribeStrategy));
    expect(await check()).to.deep.equal({ kafka: { status: 'up', groups: { [groupId]: report } } });
    const blocked = Promise.withResolvers<unknown>();
    strategy.on('blocked', blocked.resolve);
    await applications.produce(topic, [{ key: secret, value: secret }]);
    await blocked.promise;
    const down = await check();
    expect(JSON.stringify(down)).not.to.include(secret);
    expect(down).to.deep.equal({
      kafka: { status: 'down', groups: { [groupId]: { ...report, blocked: { [`${topic}/0`]: 'classified' } } } },
    });
    await app.close();
    expect(await check()).to.have.nested.property('kafka.status', 'down');
  });
});
