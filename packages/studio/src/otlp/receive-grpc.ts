import type { handleUnaryCall, ServiceDefinition } from '@grpc/grpc-js';
import type { Socket } from 'node:net';
import { protobuf } from './encoding.ts';
import { MalformedError } from './members.ts';
import type { Signal } from './protobuf-messages.ts';
import { takeTelemetry, type TelemetrySink } from './take-telemetry.ts';

/** How many requests of one connection are received at the same time; an exporter's next one waits for them. */
const requestsAtOnce = 4;

/** Where `Export` is called. Source: opentelemetry-proto 1.9.0, `opentelemetry/proto/collector`. */
const services: Readonly<Record<Signal, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
};

/** What speaks OTLP over gRPC on connections that are handed to it. */
export interface GrpcReceiver {
  readonly connected: (socket: Socket) => void;
  /** Cuts all connections. */
  readonly close: () => void;
}

/**
 * Receives as {@link receiveRoutes} does, over gRPC. The library is loaded here, as most studios are started without it.
 *
 * @param maxBodyBytes the longest request, as sent and decompressed: a longer one is RESOURCE_EXHAUSTED
 * @param onArrival called after something was added to the sink
 */
export async function receiveGrpc(sink: TelemetrySink, maxBodyBytes: number, onArrival: () => void): Promise<GrpcReceiver> {
  // By its default, as a module of CommonJS has no names that every loader finds.
  const { default: grpc } = await import('@grpc/grpc-js');
  const take = takeTelemetry(sink, onArrival);
  const server = new grpc.Server({
    'grpc.max_receive_message_length': maxBodyBytes,
    'grpc.max_concurrent_streams': requestsAtOnce,
  });
  for (const signal of Object.keys(services) as Signal[]) {
    const receive: handleUnaryCall<Buffer, Buffer> = ({ request }, answer) => {
      try {
        answer(null, Buffer.from(protobuf.encodeResponse(signal, take[signal](protobuf, request))));
      } catch (error) {
        const code = error instanceof MalformedError ? grpc.status.INVALID_ARGUMENT : grpc.status.INTERNAL;
        answer({ code, details: (error as Error).message });
      }
    };
    server.addService(exportOf(services[signal]), { export: receive });
  }
  const connections = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  return { connected: (socket) => connections.injectConnection(socket), close: () => server.forceShutdown() };
}

/** A service's one method, by the bytes of its messages: they are read where those of HTTP are. */
function exportOf(service: string): ServiceDefinition {
  const asIs = (bytes: Buffer): Buffer => bytes;
  return {
    export: {
      path: `/${service}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  };
}
