import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export interface DemoOptions {
  readonly once: boolean;
  readonly logs: boolean;
  readonly help: boolean;
  readonly port: number;
}

/** What `--help` prints. */
export const usage = `Usage: npm run demo -- [--once] [--logs] [--port <port>]

Starts a Kafka broker, a Postgres and the two services, places orders and draws three of their traces. Then it stays up for
your own orders until Ctrl-C.

  --once         check every edge of the three traces and end: exit code 0, or 1 with the names of the missing edges
  --logs         show the services' log lines (else they go to a file)
  --port <port>  where the orders service listens; a port that is taken is exchanged for a free one (default: 3000)
  --help         this text

The broker is inside this process; KAFKA_BROKERS=host:port uses one that runs already, KAFKA_IMAGE=apache/kafka:4.3.1 a container.
`;

/** @throws {TypeError} in words for the terminal, for a flag or a port that there is not. */
export function demoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      logs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new TypeError(`--port takes a port from 0 to 65535, not '${values.port}'`);
  return { once: values.once, logs: values.logs, help: values.help, port };
}
