import { errorCodes } from '../core/error-codes.ts';
import { advertisedVersions, apis } from '../wire/apis/apis.ts';
import { decodeRequest, type DecodedRequest } from '../wire/requests.ts';
import { encodeResponse } from '../wire/responses.ts';
import { WireError } from '../wire/bytes/wire-error.ts';
import { applyRequest, type RequestOrigin } from './apply-request.ts';

/**
 * Answers one frame.
 *
 * @returns the bytes of the response; `undefined` for a request that expects none
 * @throws {WireError} for a request that cannot be decoded or is not advertised: the connection must be closed
 */
export async function answerRequest(frame: Buffer, origin: RequestOrigin): Promise<Buffer[] | undefined> {
  let request: DecodedRequest;
  try {
    request = decodeRequest(frame);
  } catch (error) {
    const answered = unknownApiVersions(error);
    if (answered === undefined) throw error;
    return answered;
  }
  const { api, version, correlationId } = request;
  const response = await applyRequest(request, frame.length, origin);
  return response === undefined ? undefined : encodeResponse(api, version, correlationId, response);
}

/**
 * Answers an ApiVersions version that is too new in version 0, with the supported versions of ApiVersions, so that the
 * client can choose again (KIP-511).
 */
function unknownApiVersions(error: unknown): Buffer[] | undefined {
  if (!(error instanceof WireError) || error.code !== 'unsupported_version') return undefined;
  const { request } = error;
  if (request === undefined || request.apiKey !== apis.ApiVersions.key) return undefined;
  const { min, max } = advertisedVersions('ApiVersions');
  return encodeResponse('ApiVersions', 0, request.correlationId, {
    errorCode: errorCodes.UNSUPPORTED_VERSION,
    apiKeys: [{ apiKey: request.apiKey, minVersion: min, maxVersion: max }],
  });
}
