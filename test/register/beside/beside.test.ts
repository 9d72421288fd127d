import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatTrace, kafkaUnderTest, type KafkaUnderTest, type ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';
import { libraries, packLibraries } from '../../floor/packed-libraries.ts';
import { expectOneContext } from '../support/contexts.ts';
import { Programs } from '../support/registered.ts';

const others = [
  '@opentelemetry/api@1.10.0',
  '@opentelemetry/auto-instrumentations-node@0.82.0',
  '@platformatic/kafka@2.12.1',
  '@platformatic/kafka-opentelemetry@0.5.0',
  'dd-trace@6.21.0',
  'kafkajs@2.2.4',
];
const datadog = 'dd-trace/initialize.mjs';
const flag = '@tracelink/register';
const clientsFlag = '@tracelink/kafka/register';
const autoInstrumentations = '@opentelemetry/auto-instrumentations-node/register';
const platformatic = './platformatic-opentelemetry.mjs';
/** No back end, and nothing that asks for one. */
const withoutAgent = {
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:1',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
};
const inBothOrders = (one: string, other: string): readonly (readonly string[])[] => [
  [one, other],
  [other, one],
];
const warnings = (output: string): string[] => [...output.matchAll(/\[(TRACELINK_\w+)\]/g)].map(([, code = '']) => code);

describe('the flag, on the packed packages, beside', () => {
  let folder: string;
  let kafka: KafkaUnderTest;
  let programs: Programs;

  before('build, pack and install', async () => {
    kafka = await kafkaUnderTest();
    folder = mkdtempSync(join(tmpdir(), 'tracelink-beside-'));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
    await (await packLibraries([...libraries, 'sdk', 'register'])).install(folder, ['--prefer-offline', '--ignore-scripts', ...others]);
    for (const programsOf of ['../programs', '../imports']) cpSync(join(import.meta.dirname, programsOf), folder, { recursive: true });
    programs = new Programs(kafka, folder, []);
  });
  after('remove them', async () => {
    rmSync(folder, { recursive: true });
    await kafka.stop();
  });

  for (const shop of ['kafkajs.mjs', 'kafkajs.cjs']) {
    for (const imports of inBothOrders(autoInstrumentations, clientsFlag))
      it(`auto-instrumentations makes one set of spans: ${imports.join(' ')} ${shop}`, async () => {
        const { topics, spans, output } = await programs.order(shop, { imports, env: { OTEL_NODE_RESOURCE_DETECTORS: 'env' } });
        expectOneSet(topics, spans, output);
        expect(warnings(output)).to.deep.equal([]);
        await expectOneContext(kafka, topics, spans);
      });

    for (const imports of inBothOrders(datadog, flag)) {
      it(`dd-trace makes one set of spans where its plugin is off: ${imports.join(' ')} ${shop}`, async () => {
        const env = { ...withoutAgent, DD_TRACE_DISABLED_PLUGINS: 'kafkajs' };
        const { topics, spans, output } = await programs.order(shop, { imports, env });
        expectOneSet(topics, spans, output);
        expect(warnings(output)).to.deep.equal([]);
        await expectOneContext(kafka, topics, spans);
      });

      it(`dd-trace puts one context on a record with withhold: ${imports.join(' ')} ${shop}`, async () => {
        const env = { ...withoutAgent, TRACELINK_KAFKA_AGENT_CONTEXT: 'withhold' };
        const { topics, spans, output } = await programs.order(shop, { imports, env });
        expectOneSet(topics, spans, output);
        expect(warnings(output)).to.deep.equal([]);
        await expectOneContext(kafka, topics, spans);
      });

      it(`dd-trace is named with its switch where neither is set: ${imports.join(' ')} ${shop}`, async () => {
        const { output } = await programs.order(shop, { imports, env: withoutAgent });
        expect(warnings(output), output).to.deep.equal(['TRACELINK_TRACED_TWICE']);
        expect(output).to.include('One set of spans: DD_TRACE_DISABLED_PLUGINS=kafkajs');
      });
    }
  }

  for (const shop of ['platformatic.mjs', 'platformatic.cjs'])
    for (const imports of inBothOrders(platformatic, clientsFlag))
      it(`@platformatic/kafka-opentelemetry is named, and records have one context: ${imports.join(' ')} ${shop}`, async () => {
        const { topics, spans, output } = await programs.order(shop, { imports });
        expect(warnings(output), output).to.deep.equal(['TRACELINK_TRACED_TWICE']);
        expect(output).to.include('no KafkaInstrumentation among the instrumentations');
        await expectOneContext(kafka, topics, spans);
      });
});

/** Of its messages there is one set of spans, each the child of the one before; agents have spans of other things. */
function expectOneSet([placed, packed]: readonly string[], spans: readonly ReceivedSpan[], output: string): void {
  const ofMessages = spans.filter(({ name }) => name.endsWith(`${placed}`) || name.endsWith(`${packed}`));
  const names = [`send ${placed}`, `process ${placed}`, `send ${packed}`, `process ${packed}`];
  expect(
    ofMessages.map(({ name }) => name),
    `${formatTrace(spans)}\n${output}`,
  ).to.have.members(names);
  const [first, ...others] = names.map((name) => ofMessages.find((span) => span.name === name));
  expect(others.map((span) => span?.parentSpanId)).to.deep.equal([first, ...others].slice(0, -1).map((span) => span?.spanId));
}
