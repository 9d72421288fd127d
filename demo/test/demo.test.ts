import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { studioTrace } from '@tracelink/testing';
import { expect } from 'chai';
import { deadLetters, isGivenUp } from '../scenarios/expected.ts';
import { allGone, DemoProcess, isThere } from './support/demo-process.ts';
import { exported } from './support/exported.ts';

const anyPort = ['--port', '0', '--studio-port', '0'];
const up = /\n {2}(http:\S+)\n[^]*curl -s (http:\S+)\/orders/;

const addressesOf = async (demo: DemoProcess): Promise<[studio: string, orders: string]> => {
  const [, studio = '', orders = ''] = await demo.says(up);
  return [studio, orders];
};
const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('the demo', function () {
  this.timeout(180_000);

  it('starts on other ports when its own are taken, says so, and has a button for each scenario', async () => {
    await using taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    await using demo = new DemoProcess('--port', String(port), '--studio-port', String(port));
    const [studio, orders] = await addressesOf(demo);
    const ports = [studio, orders].map((url) => new URL(url).port);
    expect(demo.output).to.include(`Port ${port} is taken: the studio has ${ports[0]}.`);
    expect(demo.output).to.include(`Port ${port} is taken: the orders service gets ${ports[1]}.`);
    expect(demo.output).to.match(/every edge of its trace/);

    const { actions } = (await (await fetch(`${studio}/api/actions`)).json()) as { actions: { name: string }[] };
    expect(actions.map(({ name }) => name)).to.deep.equal([
      'order',
      'flaky',
      'poison',
      'courier',
      'burst',
      'slow',
      'outage',
      'story',
      'replay',
      'kill',
    ]);
    const pressed = await fetch(`${studio}/api/actions/order`, { method: 'POST', headers: { 'x-tracelink-studio': '1' } });
    const { message, traceId } = (await pressed.json()) as { message: string; traceId: string };
    expect(message).to.match(/^Order \S+ was placed$/);
    expect((await fetch(`${studio}/api/traces/${traceId}`)).status).to.equal(200);

    const before = await demo.children();
    const [killed] = [...before].find(([, args]) => args.includes('services/fulfilment')) ?? [];
    process.kill(Number(killed), 'SIGKILL');
    await demo.says(/The fulfilment service ended \(SIGKILL\) and restarts/);
    await allGone([Number(killed)]);
    const after = await demo.children();
    expect([...after.values()].sort()).to.deep.equal([...before.values()].sort());

    demo.kill('SIGTERM');
    expect(await demo.ended).to.deep.equal({ code: 0, signal: null });
    expect([...after.keys()].filter(isThere)).to.deep.equal([]);
    expect(await Promise.all([studio, orders].map(answers))).to.deep.equal([false, false]);
  });

  it('has its own topics, spans and dead letters whatever a shell has exported for other work', async () => {
    using _shell = exported({
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.2',
      ORDERS_TOPIC: 'others.placed',
      KAFKA_GROUP_ID: 'others',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_TRACES_SAMPLER: 'always_off',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces',
      TRACELINK_KAFKA_RELATION: 'link',
    });
    await using demo = new DemoProcess(...anyPort);
    const [studio] = await addressesOf(demo);
    await askForDeadLetters(studio);
  });

  it('leaves nothing behind when Ctrl-C comes in the middle of its start', async () => {
    await using demo = new DemoProcess(...anyPort);
    await demo.says(/✔ Postgres/);
    const children = await demo.children();
    demo.kill('SIGINT');
    expect(await demo.ended).to.deep.equal({ code: 0, signal: null });
    expect([...children.keys()].filter(isThere)).to.deep.equal([]);
    expect(demo.output).to.include('Stopping');
  });

  it('ends in order when its output is closed', async () => {
    await using demo = new DemoProcess(...anyPort);
    await demo.says(/✔ Kafka/);
    demo.stopReading();
    expect(await demo.ended).to.deep.equal({ code: 0, signal: null });
    expect(demo.output).to.not.include('EPIPE');
  });

  it('ends at once with its services at a second signal', async () => {
    await using demo = new DemoProcess('--once', ...anyPort);
    await demo.says(/✔ Services/);
    const children = await demo.children();
    expect(children.size).to.equal(2);
    demo.kill('SIGINT');
    await demo.says(/Stopping/);
    demo.kill('SIGTERM');
    expect(await demo.ended).to.deep.equal({ code: 130, signal: null });
    await allGone(children.keys());
  });

  it('ends with its services even when it is killed', async () => {
    await using demo = new DemoProcess(...anyPort);
    await demo.says(/✔ Services/);
    const children = await demo.children();
    expect(children.size).to.equal(2);
    demo.kill('SIGKILL');
    await demo.ended;
    await allGone(children.keys());
  });

  it('says what is wrong with its flags, and prints its usage', async () => {
    await using demo = new DemoProcess('--port', 'x');
    expect(await demo.ended).to.deep.equal({ code: 2, signal: null });
    expect(demo.output).to.match(/^--port takes a port from 0 to 65535, not 'x'\n\nUsage: /);
    await using help = new DemoProcess('--help');
    expect(await help.ended).to.deep.equal({ code: 0, signal: null });
    expect(help.output).to.match(/^Usage: /);
  });
});

/** A dead letter of the demo is on the page, and the page's dry run makes a trace. */
async function askForDeadLetters(studio: string): Promise<void> {
  expect(await (await fetch(`${studio}/api/providers`)).json()).to.deep.equal({ deadLetters: true, replay: true, doctor: true });
  const page = { 'x-tracelink-studio': '1', 'content-type': 'application/json' };
  const poison = await fetch(`${studio}/api/actions/poison`, { method: 'POST', headers: page });
  const { traceId } = (await poison.json()) as { traceId: string };
  await studioTrace(studio, traceId, { until: isGivenUp });
  const topic = `${studio}/api/dead-letters/${deadLetters}`;
  const { listed } = (await (await fetch(topic)).json()) as { listed: { traceId: string }[] };
  expect(listed.map((record) => record.traceId)).to.deep.equal([traceId]);
  const dry = await fetch(`${topic}/replay`, { method: 'POST', headers: page, body: '{"dryRun":true}' });
  const { result } = JSON.parse((await dry.text()).trim().split('\n').at(-1) ?? '') as { result: { counts: object; traceId: string } };
  expect(result.counts).to.include({ replayed: 1 });
  expect((await studioTrace(studio, result.traceId)).spans.map(({ name }) => name)).to.deep.equal([`replay ${deadLetters}`]);
}
