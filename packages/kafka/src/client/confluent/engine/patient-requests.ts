import { KafkaError } from '../../port/kafka-error.ts';
import { RepeatedRequests } from '../../port/repeated-requests.ts';
import { isConnectionError } from './client-errors.ts';

/** The answer was of a node that has died or no longer leads: another one, or the next one, can give it. */
const passing: ReadonlySet<string> = new Set([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_CONTROLLER',
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
]);

function isPassing(error: unknown): boolean {
  return error instanceof KafkaError ? passing.has(error.type) : isConnectionError(error);
}

/** Repeats requests while brokers fail over. */
export class PatientRequests extends RepeatedRequests {
  constructor() {
    super(isPassing);
  }
}
