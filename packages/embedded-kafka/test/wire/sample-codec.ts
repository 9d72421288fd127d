import { expect } from 'chai';
import type { ApiName, Response } from '../../src/wire/apis/apis.ts';
import { decodeRequest, encodeRequest, type RequestToSend } from '../../src/wire/requests.ts';
import { decodeResponse, encodeResponse } from '../../src/wire/responses.ts';
import { clientId, correlationId, type Sample } from './samples.ts';

/** The frame of a sample, without the size before it, which is checked here. */
export function encodeSample({ api, direction, version, body }: Omit<Sample, 'name'>): Buffer {
  // Only the running test knows that the body belongs to the API.
  const parts =
    direction === 'request'
      ? encodeRequest({ api, version, correlationId, clientId, body } as unknown as RequestToSend<ApiName>)
      : encodeResponse(api, version, correlationId, body as unknown as Response<ApiName>);
  const frame = Buffer.concat(parts);
  expect(frame.readInt32BE(0), 'the size before the frame').to.equal(frame.length - 4);
  return frame.subarray(4);
}

/** The body of a sample's frame; its header is checked here. */
export function decodeSample({ api, direction, version }: Omit<Sample, 'name' | 'body'>, frame: Buffer): unknown {
  if (direction === 'response') {
    const response = decodeResponse(api, version, frame);
    expect(response.correlationId).to.equal(correlationId);
    return response.body;
  }
  const { body, ...header } = decodeRequest(frame);
  expect(header).to.deep.equal({ api, version, correlationId, clientId });
  return body;
}
