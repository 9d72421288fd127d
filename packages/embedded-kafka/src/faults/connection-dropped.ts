import type { Fault } from './fault.ts';

/** Thrown to close the connection of a request, because a fault says so. */
export class ConnectionDropped extends Error {
  override readonly name = 'ConnectionDropped';

  constructor(fault: Fault) {
    super(`a fault: ${fault.toString()}`);
  }
}
