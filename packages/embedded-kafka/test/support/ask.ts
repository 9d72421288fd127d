import { once } from 'node:events';
import { connect } from 'node:net';
import type { ApiName, DecodedResponse, RequestToEncode } from '../../src/wire/apis.ts';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { encodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';

/** Sends one request to `broker` on a connection of its own. */
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
  try {
    for (;;) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      for (const frame of frames.push(chunk)) return decodeResponse(api, version, frame).body;
    }
  } finally {
    socket.destroy();
  }
}
