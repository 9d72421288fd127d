import { OrdersError } from '../errors/orders-error.ts';

/**
 * SQLSTATE classes that say nothing about the statement: connection exception (08), insufficient resources (53),
 * operator intervention (57: shutting down, starting up, statement cancelled by a timeout).
 */
const unavailableClasses = new Set(['08', '53', '57']);

/**
 * Whether a failed query failed because of the database's state and may succeed later. Only the server's own errors
 * about a statement have an SQLSTATE; everything else that the driver throws is a socket error or a timeout.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return unavailableClasses.has(code.slice(0, 2));
  // A TypeError or RangeError is a programming error in a call to the driver.
  return error.name === 'Error' || error.name === 'AggregateError';
}

/**
 * The error for a failed query: `OrdersError` `database_unavailable` when the database cannot be reached or does not answer
 * in time, the driver's own error for anything else (a bug of ours, that is).
 */
export function databaseError(cause: unknown): unknown {
  return isUnavailable(cause) ? new OrdersError('database_unavailable', 'The database does not answer', { cause }) : cause;
}
