import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { ServiceProcess, type ServiceProcessOptions } from '../services/service-process.ts';
import { exported } from './support/exported.ts';

describe('a service of the demo', () => {
  const started: ServiceProcess[] = [];
  afterEach(async () => void (await Promise.all(started.splice(0).map((service) => service.stop()))));
  const start = (options: Pick<ServiceProcessOptions, 'name' | 'entry' | 'env' | 'startTimeout'>): ServiceProcess => {
    const service = new ServiceProcess({ imports: [], onLine: () => {}, onRestart: () => {}, ...options });
    started.push(service);
    return service;
  };
  const fulfilment = (env: Readonly<Record<string, string>>): ServiceProcess =>
    start({ name: 'fulfilment', entry: 'services/fulfilment/src/main.ts', env: { OTEL_TRACES_EXPORTER: 'none', ...env } });
  const failure = (service: ServiceProcess): Promise<string> =>
    service.ready.then(
      () => 'it is ready',
      (error: unknown) => String(error),
    );

  it('becomes ready whatever is exported under the names of its own settings', async () => {
    await using kafka = await EmbeddedKafka.start();
    using _shell = exported({ LOG_LEVEL: 'error', HOST: '203.0.113.1', SHUTDOWN_TIMEOUT: 'soon' });
    await fulfilment({ KAFKA_BROKERS: kafka.brokers.join(',') }).ready;
  });

  it('gets its own settings alone, and what Node needs', async () => {
    using _shell = exported({ LINES_END: 'exported', NODE_PENDING_DEPRECATION: '1' });
    const service = start({ name: 'lines', entry: 'demo/test/support/lines.ts', env: {} });
    const line = await service.line('a line', ({ msg }) => msg === 'Line');
    expect(line).to.not.have.property('end');
    expect(line).to.include({ node: '1' });
  });

  it('says why it is not ready when it ends before', async () => {
    expect(await failure(fulfilment({}))).to.match(
      /^Error: The fulfilment service ended \(exit code 1\) before it was ready\. Its last lines:\n[^]*KAFKA_BROKERS is missing/,
    );
  });

  it('says that it is not ready in time, with its last lines', async () => {
    const service = start({ name: 'lines', entry: 'demo/test/support/lines.ts', env: { LINES_READY: 'no' }, startTimeout: 1_500 });
    expect(await failure(service)).to.match(/^Error: The lines service was not ready after 1\.5 s\. Its last lines:/);
  });
});
