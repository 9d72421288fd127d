import { familyOf, knownField } from './header-field.ts';

/**
 * Whether `headers` is a plain object with headers of the application alone: none is known, in any case, nor one of a family. Asked for
 * each message that is sent with headers; nearly all that a program writes itself are so, and then there is nothing to read or replace.
 * `false` also where a proxy throws: the general path knows which headers it spoils.
 */
export function isApplicationsOnly(headers: unknown): boolean {
  try {
    if (!isPlain(headers)) return false;
    for (const name in headers) if (isKnown(name)) return false;
    return true;
  } catch {
    return false;
  }
}

/**
 * A copy of {@link isApplicationsOnly} headers, as `writeHeaders` makes it.
 *
 * @returns `undefined` for others, for members that only a careful copy brings over, and where a getter or a proxy throws
 */
export function copyOfApplications(headers: unknown): Record<string, unknown> | undefined {
  try {
    return isPlain(headers) ? copied(headers) : undefined;
  } catch {
    return undefined;
  }
}

function copied(headers: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const copy: Record<string, unknown> = {};
  for (const name in headers) {
    if (isKnown(name) || name === '__proto__' || !Object.hasOwn(headers, name)) return undefined;
    const value = headers[name];
    if (value !== undefined) copy[name] = value;
  }
  return copy;
}

function isPlain(headers: unknown): headers is Readonly<Record<string, unknown>> {
  return typeof headers === 'object' && headers !== null && Object.getPrototypeOf(headers) === Object.prototype;
}

function isKnown(name: string): boolean {
  return knownField(name) !== undefined || familyOf(name) !== undefined;
}
