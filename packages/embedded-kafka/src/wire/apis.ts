import * as table from './api-table.ts';
import type { Api, Decoded, Encodable, VersionRange } from './schema.ts';

/** The APIs of this broker by their names in Kafka's protocol guide. */
export const apis: typeof table = table;

/** The name of an API in Kafka's protocol guide: `Produce`, `FindCoordinator`. */
export type ApiName = keyof typeof apis;

/** A request as a handler gets it. */
export type Request<A extends ApiName> = Decoded<(typeof apis)[A]['request']>;
/** A request as a client would give it to {@link encodeRequest}. */
export type RequestToEncode<A extends ApiName> = Encodable<(typeof apis)[A]['request']>;
/** A response as a handler gives it. */
export type Response<A extends ApiName> = Encodable<(typeof apis)[A]['response']>;
/** A response as a client would read it. */
export type DecodedResponse<A extends ApiName> = Decoded<(typeof apis)[A]['response']>;

/** Every API of the table, in the order of the keys. */
export const apiNames: readonly ApiName[] = (Object.keys(apis) as ApiName[]).sort((a, b) => apis[a].key - apis[b].key);

// Widened once here, which also checks every line of the table against the language.
const byName: Readonly<Record<ApiName, Api>> = apis;
const byKey = new Map<number, ApiName>(apiNames.map((name) => [byName[name].key, name]));

/** The table's entry of an API, in the general form that all have in common. */
export function apiOf(name: ApiName): Api {
  return byName[name];
}

/** The API with that key in its request header, if this broker has it. */
export function apiNameOf(key: number): ApiName | undefined {
  return byKey.get(key);
}

/** What the answer to ApiVersions says of an API. */
export function advertisedVersions(name: ApiName): VersionRange {
  return byName[name].advertised ?? byName[name].versions;
}
