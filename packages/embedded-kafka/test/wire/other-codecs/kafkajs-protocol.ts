import { createRequire } from 'node:module';
import type { ApiName } from '../../../src/wire/apis/apis.ts';
import { decodeRequest } from '../../../src/wire/requests.ts';
import { clientId, correlationId, versionsOf } from '../samples.ts';

interface Message {
  readonly request: unknown;
  readonly response: { decode(payload: Buffer): Promise<unknown> };
}

interface Definition {
  readonly versions: readonly string[];
  protocol(options: { readonly version: number }): (args: unknown) => Message;
}

// kafkajs has no types for its protocol files.
const require = createRequire(import.meta.url);
const { requests } = require('kafkajs/src/protocol/requests') as { readonly requests: Readonly<Record<string, Definition>> };
const toBytes = require('kafkajs/src/protocol/request') as (options: {
  readonly correlationId: number;
  readonly clientId: string;
  readonly request: unknown;
}) => Promise<{ readonly buffer: Buffer }>;

/** The versions of an API that kafkajs and the table have in common. */
export function kafkajsVersions(api: ApiName): number[] {
  const theirs = definition(api)?.versions.map(Number) ?? [];
  return versionsOf(api).filter((version) => theirs.includes(version));
}

/** A request as kafkajs encodes it, with the size before it. */
export async function encodeByKafkajs(api: ApiName, version: number, args: unknown): Promise<Buffer> {
  const { request } = message(api, version, args);
  const { buffer } = await toBytes({ correlationId, clientId, request });
  return buffer;
}

/** One record batch that kafkajs encodes from messages with `key`, `value`, `timestamp` and `headers`. */
export async function batchByKafkajs(messages: readonly unknown[]): Promise<Buffer> {
  const topicData = [{ topic: 'orders', partitions: [{ partition: 3, messages }] }];
  const request = decodeRequest((await encodeByKafkajs('Produce', 7, { acks: -1, timeout: 5000, topicData })).subarray(4));
  const records = request.api === 'Produce' ? request.body.topicData[0]?.partitionData[0]?.records : undefined;
  if (!records) throw new Error('kafkajs made no batch');
  return records;
}

/** The body of a response, without header, as kafkajs decodes it. */
export async function decodeByKafkajs(api: ApiName, version: number, body: Buffer): Promise<unknown> {
  return await message(api, version, {}).response.decode(body);
}

function message(api: ApiName, version: number, args: unknown): Message {
  const found = definition(api);
  if (found === undefined) throw new Error(`kafkajs has no ${api}`);
  return found.protocol({ version })(args);
}

function definition(api: ApiName): Definition | undefined {
  return requests[api === 'FindCoordinator' ? 'GroupCoordinator' : api];
}
