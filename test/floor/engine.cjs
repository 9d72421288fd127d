// The whole of the toolkit in one program: a broker, a subscription that retries and gives a dead-letter record, its replay, a drain.
// Started, it requires the packages; engine.mjs has it import them.
const { execFile } = require('node:child_process');
const { promisify } = require('node:util');

module.exports = async (load) => {
  const { EmbeddedKafka } = await load('@tracelink/embedded-kafka');
  const { memoryStore, idempotent } = await load('@tracelink/kafka/idempotency');
  const { outboxTable } = await load('@tracelink/kafka/outbox');
  const { replay } = await load('@tracelink/kafka/replay');
  const { subscribe } = await load('@tracelink/kafka/subscribe');
  const { startStudio } = await load('@tracelink/studio');
  const { Kafka, logLevel } = await load('kafkajs');

  const broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
  const kafka = new Kafka({ clientId: 'floor', brokers: broker.brokers, logLevel: logLevel.NOTHING });
  const handled = [];
  let isMended = false;
  const dead = Promise.withResolvers();
  const again = Promise.withResolvers();
  const subscription = await subscribe(kafka, {
    groupId: 'packing',
    topics: ['orders'],
    fromBeginning: true,
    retry: { attempts: 2, backoff: { initial: 1, jitter: 0 } },
    handler: idempotent(memoryStore())(({ value }) => {
      if (String(value) === 'poison' && !isMended) throw new Error('no');
      handled.push(String(value));
      if (isMended) again.resolve();
    }),
  });
  subscription.on('dead-letter', ({ deadLetterTopic }) => dead.resolve(deadLetterTopic));
  broker.topic('orders').append(0, [{ value: 'tea' }, { value: 'poison' }]);
  const from = await dead.promise;
  isMended = true;
  const command = async (...args) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['node_modules/@tracelink/kafka/dist/cli/bin.js', ...args]);
    return stdout;
  };
  const listed = await command('dead-letters', '--brokers', broker.brokers.join(','), '--from', from, '--json');
  const report = await replay(kafka, { from });
  await again.promise;
  const drained = await subscription.drain();
  const studio = await startStudio({ port: 0 });
  const page = await fetch(studio.url);
  await studio.stop();
  await broker.stop();
  process.stdout.write(
    `${JSON.stringify({
      handled,
      listed: listed.trim().split('\n').length,
      replayed: report.replayed,
      interrupted: drained.interrupted,
      outbox: outboxTable().length > 0,
      studio: page.status,
    })}\n`,
  );
};

if (require.main === module) void module.exports(async (name) => require(name));
