import { GenericContainer, getContainerRuntimeClient, ImageName, Wait, type StartedTestContainer } from 'testcontainers';

/** A Grafana Tempo that takes spans by OTLP over HTTP. */
export interface RunningTempo {
  /** Where spans go: put `/v1/traces` behind it. */
  readonly otlp: string;
  /** Its query API. */
  readonly query: string;
  stop(): Promise<void>;
}

export const tempoImage = 'grafana/tempo:2.10.8';

const config = `
server: { http_listen_port: 3200 }
distributor: { receivers: { otlp: { protocols: { http: { endpoint: '0.0.0.0:4318' } } } } }
storage: { trace: { backend: local, local: { path: /var/tempo/traces }, wal: { path: /var/tempo/wal } } }
`;

/** Whether this machine has the image, which is not pulled: that it is here is the choice of who has it. */
export async function hasTempoImage(): Promise<boolean> {
  try {
    const { image } = await getContainerRuntimeClient();
    return await image.exists(ImageName.fromString(tempoImage));
  } catch {
    return false;
  }
}

/** Starts one in a container, of the image that is here. */
export async function startTempo(): Promise<RunningTempo> {
  const container: StartedTestContainer = await new GenericContainer(tempoImage)
    .withPullPolicy({ shouldPull: () => false })
    .withCopyContentToContainer([{ content: config, target: '/etc/tempo.yaml' }])
    .withCommand(['-config.file=/etc/tempo.yaml'])
    .withExposedPorts(3200, 4318)
    .withWaitStrategy(Wait.forHttp('/ready', 3200))
    .start();
  const at = (port: number): string => `http://${container.getHost()}:${container.getMappedPort(port)}`;
  return { otlp: at(4318), query: at(3200), stop: async () => void (await container.stop()) };
}
