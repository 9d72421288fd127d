import { failoverAnswers, KafkaError } from '../../port/kafka-error.ts';
import { RepeatedRequests } from '../../port/repeated-requests.ts';
import { asked, isConnectionError } from '../errors/client-errors.ts';

function isPassing(error: unknown): boolean {
  return error instanceof KafkaError ? failoverAnswers.has(error.type) : isConnectionError(error);
}

/** Repeats requests while brokers fail over. */
export class PatientRequests extends RepeatedRequests {
  constructor() {
    super(isPassing);
  }

  /** @throws the error of the last attempt, as the port has it */
  override ask<T>(request: () => Promise<T>): Promise<T> {
    return super.ask(() => asked(request()));
  }
}
