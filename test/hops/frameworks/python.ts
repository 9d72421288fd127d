import { readFileSync } from 'node:fs';
import { installed, step } from '../../clients/support/installed.ts';
import { bothPropagators, programFile, type Framework, type Setting } from './framework.ts';
import { digest } from './pom.ts';

/** librdkafka for Python, instrumented by OpenTelemetry's contrib package. */
export const confluentKafka: Framework = pythonProgram({
  name: 'confluent-kafka',
  title: 'confluent-kafka (Python) with OpenTelemetry',
  settings: [{}, bothPropagators],
});

/** aiokafka, instrumented by OpenTelemetry's contrib package. */
export const aiokafka: Framework = pythonProgram({
  name: 'aiokafka',
  title: 'aiokafka with OpenTelemetry',
  settings: [{}, bothPropagators],
});

/** FastStream's own middleware, with a handler that publishes. */
export const faststreamPublish: Framework = pythonProgram({
  name: 'faststream-publish',
  title: 'FastStream, `broker.publish`',
  settings: [{}, bothPropagators],
  folder: 'faststream',
  variables: { HOP_WAY: 'publish' },
});

/** FastStream's own middleware, with a handler whose result is published. */
export const faststreamReturn: Framework = pythonProgram({
  name: 'faststream-return',
  title: 'FastStream, a returned message',
  settings: [{}, bothPropagators],
  folder: 'faststream',
  variables: { HOP_WAY: 'return' },
});

/** Datadog's tracer; its agent is not there, and nothing is asked of Datadog. */
export const ddtrace: Framework = pythonProgram({
  name: 'ddtrace',
  title: 'confluent-kafka (Python) with ddtrace',
  settings: [{}, { DD_KAFKA_PROPAGATION_ENABLED: 'true' }],
  variables: { DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false', DD_REMOTE_CONFIGURATION_ENABLED: 'false' },
});

interface PythonProgram {
  readonly name: string;
  readonly title: string;
  readonly settings: readonly Setting[];
  /** @default the name */
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A program of one file, `hop.py`, with what `requirements.txt` names in an environment of its own. */
function pythonProgram({ name, title, settings, folder = name, variables = {} }: PythonProgram): Framework {
  const requirements = programFile(`${folder}/requirements.txt`);
  return {
    name,
    title,
    needs: 'Python 3.11 with venv and pip',
    settings,
    versions: () => pinned(readFileSync(requirements, 'utf8')),
    async install() {
      return { file: await pythonWith(`hops-${folder}`, requirements), args: [programFile(`${folder}/hop.py`)], env: variables };
    },
  };
}

/** Python in an environment of its own, `name`, with what `requirements` names. */
export async function pythonWith(name: string, requirements: string): Promise<string> {
  const environment = await installed(`${name}-${digest(requirements)}`, async (fresh) => {
    await step('python3', ['-m', 'venv', fresh]);
    // A wheel or nothing: what would have to be built needs more than Python.
    await step(`${fresh}/bin/pip`, ['install', '-q', '--disable-pip-version-check', '--only-binary', ':all:', '-r', requirements]);
  });
  return `${environment}/bin/python`;
}

/** The versions that a `requirements.txt` pins. */
export function pinned(requirements: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...requirements.matchAll(/^([\w-]+)\S*==(\S+)$/gm)].map(([, name = '', version = '']) => [name, version]));
}
