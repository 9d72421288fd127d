import * as table from './api-table.ts';
import type { Api, Decoded, Encodable, VersionRange } from './schema.ts';

/** The APIs of this broker by their names in Kafka's protocol guide. */
export const apis: typeof table = table;

/** The name of an API in Kafka's protocol guide: `Produce`, `FindCoordinator`. */
export type ApiName = keyof typeof apis;

/** A decoded request of one API, as a handler receives it. */
export type Request<A extends ApiName> = Decoded<(typeof apis)[A]['request']>;
/** A request as a client passes it to {@link encodeRequest}. */
export type RequestToEncode<A extends ApiName> = Encodable<(typeof apis)[A]['request']>;
/** A response of one API, as a handler returns it. Fields with a default may be omitted. */
export type Response<A extends ApiName> = Encodable<(typeof apis)[A]['response']>;
/** A decoded response, as a client receives it. */
export type DecodedResponse<A extends ApiName> = Decoded<(typeof apis)[A]['response']>;

/** All APIs, ordered by their keys. */
export const apiNames: readonly ApiName[] = (Object.keys(apis) as ApiName[]).sort((a, b) => apis[a].key - apis[b].key);

// Widened here, which also checks the type of every line of the table.
const byName: Readonly<Record<ApiName, Api>> = apis;
// Every request is looked up here.
const byKey = new Map<number, ApiName>(apiNames.map((name) => [byName[name].key, name]));

/** The table's entry of an API, in the type that all entries share. */
export function apiOf(name: ApiName): Api {
  return byName[name];
}

/** The name of the API with that key; `undefined` when this broker does not have it. */
export function apiNameOf(key: number): ApiName | undefined {
  return byKey.get(key);
}

/** The versions of an API that ApiVersions advertises. */
export function advertisedVersions(name: ApiName): VersionRange {
  return byName[name].advertised ?? byName[name].versions;
}
