import { HttpError } from './http-error.ts';

/**
 * A whole number of the query.
 *
 * @param absent what it is where it is not there
 * @throws {HttpError} 400
 */
export function wholeNumber(query: URLSearchParams, name: string, absent: number): number {
  const given = query.get(name);
  if (given === null) return absent;
  if (!/^\d{1,16}$/.test(given)) throw new HttpError(400, `"${name}" must be a whole number.`);
  return Number(given);
}
