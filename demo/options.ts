import { parseArgs } from 'node:util';

/** The options of the demo. */
export interface DemoOptions {
  readonly once: boolean;
  readonly logs: boolean;
  readonly help: boolean;
  /** The port of the orders service. */
  readonly port: number;
  /** The port of the studio. */
  readonly studioPort: number;
}

/** What `--help` prints. */
export const usage = `Usage: npm run demo -- [--once] [--logs] [--port <port>] [--studio-port <port>]

Starts a Kafka broker, a Postgres, the two services and the studio, places an order and draws its trace. Then it stays up until
Ctrl-C: the studio's page shows every trace, and has a button for each thing that can happen to an order.

  --once                play every scenario, check every edge of its traces and end: exit code 0, or 1 with what is missing
  --logs                show the services' log lines (else they go to a file)
  --port <port>         where the orders service listens (default: 3000)
  --studio-port <port>  where the studio listens (default: 4318)
  --help                this text

A port that is taken is exchanged for a free one. The broker is inside this process; KAFKA_BROKERS=host:port uses one that runs
already, KAFKA_IMAGE=apache/kafka:4.4.0 a container.
`;

/** @throws {TypeError} with a text for the terminal, for an unknown flag or a wrong port */
export function demoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      logs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
      'studio-port': { type: 'string', default: '4318' },
    },
  });
  const { once, logs, help, port, 'studio-port': studioPort } = values;
  return { once, logs, help, port: portOf('--port', port), studioPort: portOf('--studio-port', studioPort) };
}

function portOf(flag: string, value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new TypeError(`${flag} takes a port from 0 to 65535, not '${value}'`);
  return port;
}
