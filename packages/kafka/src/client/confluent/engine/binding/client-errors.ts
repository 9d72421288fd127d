import { failoverAnswers, KafkaError } from '../../../port/kafka-error.ts';
import { errorCode, protocolName } from '../../errors/protocol-name.ts';
import type { Done } from './shapes.ts';

/** librdkafka's own codes of what passes: a lost connection, a time that ran out, a coordinator that is looked for. */
const passingCodes: ReadonlySet<number> = new Set([-195, -193, -187, -185, -182, -180, -166, -158, -153]);

/** As answers of a failover, and a request that a node gave up. */
const passing: ReadonlySet<string> = new Set([...failoverAnswers, 'REQUEST_TIMED_OUT']);

/** Whether the next try of a request may go well, or another node can give the answer. */
export function isPassing(error: unknown): boolean {
  return error instanceof KafkaError ? passing.has(error.type) : passingCodes.has(errorCode(error) ?? 0);
}

/** Brings an error to the port: the same object when it has no name in the protocol, as a lost connection. */
export function portError(error: unknown): unknown {
  const name = error instanceof KafkaError ? undefined : protocolName(error);
  return name === undefined ? error : new KafkaError(name, `${name}: ${(error as Error).message}`, error);
}

/** What a request of this client gives. @throws its error, as the port has it */
export async function asked<T>(request: (done: Done<T>) => void): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  try {
    // It calls back with `null`, `undefined` or `false` where there is no error.
    request((error, result) => (error ? reject(error as Error) : resolve(result)));
    return await promise;
  } catch (error) {
    throw portError(error);
  }
}

/** Whether the client takes a call: it throws where a later rebalance, or its end, has overtaken it. */
export function isTaken(call: () => void): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}
