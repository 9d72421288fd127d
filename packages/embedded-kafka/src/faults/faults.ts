import { checkWhole, isDuration, EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import { errorCodes } from '../core/error-codes.ts';
import { apis } from '../wire/apis/apis.ts';
import { Fault, type ArrivedRequest, type FaultMatch } from './fault.ts';
import type { FaultAction } from './fault-action.ts';
import type { Subject } from './subjects.ts';
import { Interceptors } from './interceptors.ts';
import { RequestRecorder } from './request-recorder.ts';

/** The faults that are set, oldest first. The first fault that matches a request hits it, and no other does. */
export class Faults {
  readonly #faults = new Set<Fault>();

  /** @throws {EmbeddedKafkaError} `invalid_option` */
  add(match: FaultMatch, action: FaultAction): Fault {
    const problem = problemOf(match, action);
    if (problem !== undefined) throw new EmbeddedKafkaError('invalid_option', problem);
    const { partition, nodeId } = match;
    if (partition !== undefined) checkWhole('partition', partition, 0);
    if (nodeId !== undefined) checkWhole('nodeId', nodeId, 1);
    const fault = new Fault(match, action);
    this.#faults.add(fault);
    return fault;
  }

  remove(fault: Fault): void {
    this.#faults.delete(fault);
  }

  /** The fault that hits this request. */
  take(request: ArrivedRequest, subjects: () => readonly Subject[]): Fault | undefined {
    // Without faults, the subjects of a request are not computed.
    if (this.#faults.size === 0) return undefined;
    const about = subjects();
    return [...this.#faults].find((fault) => fault.takes(request, about));
  }

  /**
   * @throws {EmbeddedKafkaError} `pending_faults`, which names each fault that hit fewer requests than it should, or
   *   whose `match` threw
   */
  assertNonePending(): void {
    const pending = [...this.#faults].filter(({ isPending, failure }) => isPending || failure !== undefined);
    if (pending.length === 0) return;
    throw new EmbeddedKafkaError(
      'pending_faults',
      `Faults were set but did not hit as they should:\n${pending.map((fault) => `  ${fault.toString()}`).join('\n')}`,
      pending.map(({ failure }) => failure).find((failure) => failure !== undefined),
    );
  }
}

function problemOf({ api, times = 1, skip = 0 }: FaultMatch, action: FaultAction): string | undefined {
  if (!(api in apis)) return `api must be one of Kafka's API names (Produce, Fetch, …), not ${api}`;
  if (times !== Infinity && !(Number.isInteger(times) && times >= 1))
    return `times must be a whole number of at least 1, or Infinity, not ${times}`;
  if (!(Number.isInteger(skip) && skip >= 0)) return `skip must be a whole number of at least 0, not ${skip}`;
  if ('error' in action) {
    const isError = Object.hasOwn(errorCodes, action.error) && (action.error as string) !== 'NONE';
    return isError ? undefined : `error must be one of Kafka's error names (NOT_LEADER_OR_FOLLOWER, …), not ${action.error}`;
  }
  if ('drop' in action)
    return ['before', 'after'].includes(action.drop) ? undefined : `drop must be 'before' or 'after', not ${action.drop}`;
  if ('delayMs' in action) return isDuration(action.delayMs) ? undefined : `delayMs must be a number of at least 0, not ${action.delayMs}`;
  if ('throttleMs' in action)
    return isDuration(action.throttleMs) ? undefined : `throttleMs must be a number of at least 0, not ${action.throttleMs}`;
  if ('hold' in action || 'silence' in action) return undefined;
  return 'A fault must have one of error, drop, delayMs, hold, silence and throttleMs';
}

/** How tests control and observe the requests that arrive at the brokers. */
export class RequestControl {
  readonly faults: Faults = new Faults();
  readonly interceptors: Interceptors = new Interceptors();
  readonly recorder: RequestRecorder = new RequestRecorder();
}
