import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ReplayReport } from '@tracelink/kafka/replay';
import { deadLetters } from './expected.ts';
import type { Scenario } from './scenario.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const command = ['packages/kafka/src/cli/main.ts', 'replay', '--from', deadLetters, '--json'];

export const replay: Scenario = {
  name: 'replay',
  label: 'Replay dead-letter records',
  description: 'Dead-letter records are replayed with the operator’s command: each new attempt links to the one that failed last',
  async play({ brokers, studio, signal }) {
    const env = {
      ...process.env,
      KAFKA_BROKERS: brokers.join(','),
      OTEL_SERVICE_NAME: 'operator',
      OTEL_EXPORTER_OTLP_ENDPOINT: studio.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    };
    const flags = ['--conditions=@tracelink/source', '--import', '@tracelink/sdk/register'];
    const { stdout } = await run(process.execPath, [...flags, ...command], { cwd: root, env, signal });
    const { replayed, replayLimitReached, traceId } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as ReplayReport;
    const sent = replayed === 0 ? 'No dead-letter record was replayed' : `Dead-letter records replayed: ${replayed}`;
    return {
      message: replayLimitReached === 0 ? sent : `${sent}. Not replayed: ${replayLimitReached} that had been replayed three times`,
      traces: [
        {
          traceId: String(traceId),
          expected: (trace) =>
            replayed === 0
              ? trace.toHaveSpan(`operator replay ${deadLetters}`)
              : trace
                  .toHaveEdge(`operator replay ${deadLetters}`, 'operator send orders.placed', { via: 'parent', times: replayed })
                  .toHaveEdge(`fulfilment send ${deadLetters}`, 'operator send orders.placed', { via: 'link', times: replayed })
                  .toHaveEdge('operator send orders.placed', 'fulfilment process orders.placed', { via: 'both' })
                  .toHaveEdge('fulfilment process orders.placed', 'fulfilment process orders.placed', { via: 'link' }),
        },
      ],
      shipped: [],
    };
  },
};
