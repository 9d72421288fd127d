import { GenericContainer, Wait, type StartedTestContainer } from 'testcontainers';

/** A Jaeger that takes spans by OTLP over HTTP. */
export interface RunningJaeger {
  /** Where spans go: put `/v1/traces` behind it. */
  readonly otlp: string;
  /** Its query API and its page. */
  readonly query: string;
  stop(): Promise<void>;
}

/** Starts one in a container. */
export async function startJaeger(): Promise<RunningJaeger> {
  const container: StartedTestContainer = await new GenericContainer('jaegertracing/jaeger:2.13.0')
    .withEnvironment({ JAEGER_LISTEN_HOST: '0.0.0.0' })
    .withExposedPorts(4318, 16686)
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const at = (port: number): string => `http://${container.getHost()}:${container.getMappedPort(port)}`;
  return { otlp: at(4318), query: at(16686), stop: async () => void (await container.stop()) };
}
