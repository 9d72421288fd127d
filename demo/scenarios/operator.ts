import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../services/child-environment.ts';
import type { DemoStack } from '../stack.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a command ended. */
export interface CommandEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `npx @tracelink/kafka` as an operator does, in a process of its own, whose spans go to the studio.
 *
 * @param args a command and its options, but for the brokers
 */
export function operator({ brokers, studio, signal }: DemoStack, ...args: readonly string[]): Promise<CommandEnd> {
  const env = childEnvironment({
    KAFKA_BROKERS: brokers.join(','),
    OTEL_SERVICE_NAME: 'operator',
    OTEL_EXPORTER_OTLP_ENDPOINT: studio.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
  const flags = ['--conditions=@tracelink/source', '--import', '@tracelink/sdk/register', 'packages/kafka/src/cli/main.ts'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...flags, ...args], { cwd: root, env, signal }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
  });
}

/** What a command prints with `--json`. @throws {Error} with what it said when it ended with another code than 0 */
export async function operatorJson(stack: DemoStack, ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>[]> {
  const { code, stdout, stderr } = await operator(stack, ...args, '--json');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
