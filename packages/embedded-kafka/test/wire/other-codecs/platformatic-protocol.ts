import * as platformatic from '@platformatic/kafka';
import type { Reader, Writer } from '@platformatic/kafka';
import type { ApiName } from '../../../src/wire/apis/apis.ts';
import { correlationId, versionsOf } from '../samples.ts';

/** What an API function of `@platformatic/kafka` passes to its connection. */
interface Sent {
  readonly key: number;
  readonly version: number;
  readonly createRequest: () => Writer;
  readonly parseResponse: (correlationId: number, key: number, version: number, reader: Reader) => unknown;
  readonly requestHeaderHasTags: boolean;
  readonly responseHeaderHasTags: boolean;
}

type ApiFunction = (connection: unknown, ...args: readonly unknown[]) => void;

/** The versions of an API that `@platformatic/kafka` and the table have in common. */
export function platformaticVersions(api: ApiName): number[] {
  return versionsOf(api).filter((version) => apiFunction(api, version) !== undefined);
}

/** Calls an API function with a connection that records what it sends. */
export function sentByPlatformatic(api: ApiName, version: number, args: readonly unknown[]): Sent {
  const sent: Sent[] = [];
  const connection = {
    send: (
      key: number,
      sentVersion: number,
      createRequest: Sent['createRequest'],
      parseResponse: Sent['parseResponse'],
      requestHeaderHasTags: boolean,
      responseHeaderHasTags: boolean,
    ) => sent.push({ key, version: sentVersion, createRequest, parseResponse, requestHeaderHasTags, responseHeaderHasTags }),
  };
  apiFunction(api, version)?.(connection, ...args);
  const [first] = sent;
  if (first === undefined) throw new Error(`@platformatic/kafka has no ${api} v${version}`);
  return first;
}

/** The body of a response as `@platformatic/kafka` decodes it, including one with errors. */
export function decodeByPlatformatic(api: ApiName, version: number, body: Buffer): unknown {
  const { key, parseResponse } = sentByPlatformatic(api, version, []);
  const reader = platformatic.Reader.from(body);
  const response = withErrors(() => parseResponse(correlationId, key, version, reader));
  if (reader.remaining > 0) throw new Error(`${reader.remaining} bytes of ${api} v${version} were not read`);
  return response;
}

function withErrors(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    if (error instanceof platformatic.ResponseError) return error.response;
    throw error;
  }
}

function apiFunction(api: ApiName, version: number): ApiFunction | undefined {
  const modules = platformatic as unknown as Readonly<Record<string, { readonly api: ApiFunction } | undefined>>;
  return modules[`${api.charAt(0).toLowerCase()}${api.slice(1)}V${version}`]?.api;
}
