// Writes packages/embedded-kafka/test/wire/other-codecs/librdkafka-bytes.json anew: requests as librdkafka sends them, by API and version.
//
//   node --conditions=@tracelink/source test/clients/record-librdkafka.ts
import { writeFile } from 'node:fs/promises';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { decodeRequest } from '../../packages/embedded-kafka/src/wire/requests.ts';
import type { Client } from './support/client.ts';
import { createTopics } from './support/create-topics.ts';
import { eventsOfProgram } from './support/events-of-program.ts';
import { kcat } from './support/kcat.ts';
import { confluentKafka } from './support/python.ts';
import { RecordingProxy } from './support/recording-proxy.ts';

/** Of a version, the shortest and the longest frame up to this many bytes: one has little in it and one has more. */
const longest = 600;

const golden: Record<string, string[]> = {};
for (const client of [kcat, confluentKafka]) {
  const requests = (await recorded(client)).map((frame) => ({ frame, request: decodeRequest(frame) }));
  // What a test created topics with is not from librdkafka, which calls itself so.
  const own = requests.filter(({ request }) => request.clientId === 'rdkafka');
  // Such as 2.0.2, or 2.16.1-rdkafka-2.16.0, where the first is of what stands around librdkafka.
  const versions = own.flatMap(({ request }) => (request.api === 'ApiVersions' ? [request.body.clientSoftwareVersion] : []));
  const library = versions[0]?.split('-').at(-1);
  const byName = Map.groupBy(own, ({ request }) => `${request.api} v${request.version}, librdkafka ${library}`);
  for (const [name, all] of [...byName].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))) {
    const small = all.map(({ frame }) => frame).filter(({ length }) => length <= longest);
    const sorted = small.toSorted((a, b) => a.length - b.length);
    golden[name] = [...new Set([sorted[0], sorted.at(-1)].flatMap((frame) => frame?.toString('hex') ?? []))];
  }
}
const file = new URL('../../packages/embedded-kafka/test/wire/other-codecs/librdkafka-bytes.json', import.meta.url);
await writeFile(file, `${JSON.stringify(golden, null, 2)}\n`);

/** All that a client sends when it does all that it is asked to do. */
async function recorded(client: Client): Promise<Buffer[]> {
  const { args, ...command } = await client.install();
  await using kafka = await EmbeddedKafka.start();
  await using proxy = await RecordingProxy.before(kafka);
  for (const scenario of client.scenarios) {
    const name = `golden-${scenario}`;
    await createTopics(kafka.brokers, client.topics?.(scenario, name) ?? {});
    await eventsOfProgram({ ...command, args: [...args, proxy.address, scenario, name] });
  }
  return [...proxy.frames];
}
