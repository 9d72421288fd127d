import type { Client, Command } from './client.ts';
import { installed, program, step } from './installed.ts';

/** librdkafka, prebuilt in Confluent's wheel. */
export const confluentKafka: Client = {
  name: 'confluent-kafka 2.16.1 (Python)',
  scenarios: ['messages', 'members', 'statics', 'transactions', 'admin'],
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  assignors: ['range', 'cooperative-sticky'],
  install: () => inVirtualEnvironment('confluent_client.py', 'confluent-kafka==2.16.1'),
};

/** kafka-python, with the codecs that it leaves to other packages. */
export const kafkaPython: Client = {
  name: 'kafka-python 3.0.12',
  scenarios: ['messages', 'members', 'transactions', 'admin'],
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  assignors: ['range'],
  without: ['maximal timestamp'],
  install: () =>
    inVirtualEnvironment('kafka_python_client.py', 'kafka-python==3.0.12', 'python-snappy==0.7.3', 'lz4==4.4.5', 'zstandard==0.25.0'),
};

/** A program in Python, with its packages in an environment of their own, which is named after the first of them. */
export async function inVirtualEnvironment(file: string, ...packages: [string, ...string[]]): Promise<Command> {
  const folder = await installed(packages[0].replace('==', '-'), async (fresh) => {
    await step('python3', ['-m', 'venv', fresh]);
    // A wheel or nothing: what would have to be built needs more than Python.
    await step(`${fresh}/bin/pip`, ['install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:', ...packages]);
  });
  return { file: `${folder}/bin/python`, args: [program(`python/${file}`)] };
}
