import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../demo/free-port.ts';

const run = promisify(execFile);
const file = fileURLToPath(new URL('../../compose/compose.yaml', import.meta.url));

/** The stack of compose/compose.yaml, with the studio, under a project name and on ports of its own. */
export class ComposeStack {
  readonly #project = `tracelink-e2e-${randomUUID().slice(0, 8)}`;
  readonly #env: NodeJS.ProcessEnv;
  readonly ordersUrl: string;
  readonly jaegerUrl: string;
  readonly studioUrl: string;

  private constructor(ordersPort: number, jaegerPort: number, studioPort: number, buildkit: boolean) {
    this.ordersUrl = `http://127.0.0.1:${ordersPort}`;
    this.jaegerUrl = `http://127.0.0.1:${jaegerPort}`;
    this.studioUrl = `http://127.0.0.1:${studioPort}`;
    this.#env = {
      ...process.env,
      ORDERS_PORT: String(ordersPort),
      JAEGER_PORT: String(jaegerPort),
      STUDIO_PORT: String(studioPort),
      COMPOSE_PROFILES: 'studio',
      // The file's default, where a shell has exported another one.
      OTLP_ENDPOINT: '',
      ...(buildkit ? {} : { DOCKER_BUILDKIT: '0' }),
    };
  }

  /** Chooses ports, and the classic builder where Docker has no other. */
  static async create(): Promise<ComposeStack> {
    const buildkit = await run('docker', ['buildx', 'version']).then(
      () => true,
      () => false,
    );
    return new ComposeStack(await freePort(), await freePort(), await freePort(), buildkit);
  }

  /** Builds and starts; rejects with the last log lines when a container does not become healthy. */
  async up(): Promise<void> {
    try {
      await this.#compose('up', '--build', '--detach', '--wait', '--wait-timeout', '300');
    } catch (cause) {
      const said = await this.#compose('logs', '--tail', '30').catch(String);
      throw new Error(`The stack did not come up: ${cause instanceof Error ? cause.message.slice(-2_000) : String(cause)}\n${said}`, {
        cause,
      });
    }
  }

  /** Takes all of it away, data included. */
  async down(): Promise<void> {
    await this.#compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
  }

  /** What a service wrote so far: one JSON line an event. */
  logs(service: string): Promise<string> {
    return this.#compose('logs', '--no-log-prefix', service);
  }

  /** Runs a command in the container of a service, and resolves with what it wrote. */
  exec(service: string, command: readonly string[]): Promise<string> {
    return this.#compose('exec', '--no-TTY', service, ...command);
  }

  async #compose(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['compose', '-p', this.#project, '-f', file, ...args], {
      env: this.#env,
      maxBuffer: 67_108_864,
    });
    return stdout;
  }
}
