import { connect } from 'node:net';
import type { ApiName, DecodedResponse, RequestToEncode } from '../../src/wire/apis/apis.ts';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { encodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';
import type { EmbeddedKafka } from '../../src/index.ts';

/** Sends one request to `broker` on a new connection. Rejects when the broker closes it instead of answering. */
export async function ask<A extends ApiName>(
  broker: string,
  api: A,
  version: number,
  body: RequestToEncode<A>,
): Promise<DecodedResponse<A>> {
  const [host = '', port] = broker.split(':');
  const socket = connect(Number(port), host);
  for (const part of encodeRequest({ api, version, correlationId: 7, clientId: null, body })) socket.write(part);
  const frames = new FrameReader();
  // Leaving the loop closes the socket.
  for await (const chunk of socket) {
    for (const frame of frames.push(chunk as Buffer)) return decodeResponse(api, version, frame).body;
  }
  throw new Error(`The broker closed the connection instead of answering ${api}`);
}

/** Commits an offset of partition 0 of a topic, as a consumer without a generation does. */
export async function commitOffset(kafka: EmbeddedKafka, groupId: string, topic: string, committedOffset: number): Promise<void> {
  const { host, port } = await ask(kafka.brokers[0] ?? '', 'FindCoordinator', 3, { key: groupId, keyType: 0 });
  const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: null }];
  await ask(`${host}:${port}`, 'OffsetCommit', 7, { groupId, memberId: '', topics: [{ name: topic, partitions }] });
}
