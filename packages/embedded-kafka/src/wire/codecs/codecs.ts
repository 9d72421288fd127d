import { apiOf, type ApiName } from '../apis/apis.ts';
import type { Codec } from './length-codecs.ts';
import { messageCodec, type Message } from './message-codec.ts';
import { FieldError, WireError, type RequestStart, type WireErrorCode } from '../bytes/wire-error.ts';

export type Direction = 'request' | 'response';

const codecs = new Map<string, Codec<Message>>();

/** The codec of one message in one version, created at its first use and cached. */
export function codecFor(api: ApiName, direction: Direction, version: number): Codec<Message> {
  const key = `${api} ${direction} ${version}`;
  let codec = codecs.get(key);
  if (codec === undefined) {
    codec = messageCodec(apiOf(api)[direction], { number: version, isFlexible: isFlexible(api, version) });
    codecs.set(key, codec);
  }
  return codec;
}

/** Whether a version is flexible: it has compact lengths and tagged fields. */
export function isFlexible(api: ApiName, version: number): boolean {
  const { flexibleFrom } = apiOf(api);
  return flexibleFrom !== null && version >= flexibleFrom;
}

/** @throws {WireError} `unsupported_version` when the table does not have that version of the API */
export function checkVersion(api: ApiName, version: number, request?: RequestStart): void {
  const { min, max } = apiOf(api).versions;
  if (Number.isInteger(version) && min <= version && version <= max) return;
  throw new WireError('unsupported_version', `${api} v${version}: this broker has v${min} to v${max}`, request);
}

/** Runs `work`, and adds the name of the message to an error in one of its fields. */
export function naming<T>(what: string, code: WireErrorCode, work: () => T, request?: RequestStart): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new WireError(code, `${what}: ${error.describe()}`, request, { cause: error });
  }
}
