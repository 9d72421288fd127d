/** An object of OTLP's JSON encoding whose members have not been checked yet. */
export type Members = Readonly<Record<string, unknown>>;

// An encoder may leave out what is empty, or write null: both mean the default of the member.

/** @throws {MalformedError} */
export function members(given: unknown, member: string): Members {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object' || Array.isArray(given)) throw MalformedError.at(member);
  return given as Members;
}

/** @throws {MalformedError} */
export function list(given: unknown, member: string): readonly unknown[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) throw MalformedError.at(member);
  return given;
}

/** @throws {MalformedError} */
export function text(given: unknown, member: string): string {
  if (given === undefined || given === null) return '';
  if (typeof given !== 'string') throw MalformedError.at(member);
  return given;
}

/**
 * A name out of a protobuf enum, by its number or by the end of its JSON name.
 *
 * @param names by their numbers; a number beyond them is a value of a later version, and is read as the first
 * @throws {MalformedError}
 */
export function oneOf<const T extends string>(names: readonly [T, ...T[]], given: unknown, member: string): T {
  if (given === undefined || given === null) return names[0];
  if (typeof given === 'number') return names[given] ?? names[0];
  const end = text(given, member).split('_').at(-1)?.toLowerCase();
  return names.findLast((name) => name === end) ?? names[0];
}

/**
 * Nanoseconds, a decimal string or a number, as whole microseconds. A string loses nothing above the microsecond; a number has lost
 * up to 256 ns where it was written.
 *
 * @throws {MalformedError}
 */
export function microseconds(given: unknown, member: string): number {
  if (given === undefined || given === null) return 0;
  const isDigits = typeof given === 'string' && /^\d{1,20}$/.test(given);
  const nanoseconds = isDigits || typeof given === 'number' ? Number(given) : Number.NaN;
  // Beyond 64 bits there is no such time in protobuf, and soon none that a page could write as a date.
  if (!(nanoseconds >= 0 && nanoseconds <= 2 ** 64)) throw MalformedError.at(member);
  return isDigits ? Number(given.slice(0, -3)) : Math.floor(nanoseconds / 1_000);
}

/**
 * An id in lower-case hexadecimal digits.
 *
 * @throws {MalformedError} also for an id of zeros, which is the invalid one
 */
export function id(given: unknown, digits: 16 | 32, member: string): string {
  const hex = validId(given, digits, member);
  if (hex === undefined) throw MalformedError.at(member);
  return hex;
}

/**
 * The same where an id need not be there.
 *
 * @returns undefined where it is absent or invalid: zeros, or of another length
 * @throws {MalformedError} for what is no text
 */
export function validId(given: unknown, digits: 16 | 32, member: string): string | undefined {
  const written = text(given, member);
  const hex = written.length === digits ? written.toLowerCase() : hexOfBase64(written);
  return hex.length === digits && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex) ? hex : undefined;
}

/** Ids in base64 are what a plain protobuf-to-JSON printer writes, against OTLP's rule: their lengths tell them apart. */
function hexOfBase64(given: string): string {
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(given) ? Buffer.from(given, 'base64').toString('hex') : '';
}

/** What was received is not what OTLP has there; the message says where. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';

  static readonly #at = new Map<string, MalformedError>();

  /**
   * One for all times that the member is malformed: a request may have millions of such spans, and what an error costs is its stack.
   *
   * @param member by the name that it has in the code
   */
  static at(member: string): MalformedError {
    let error = MalformedError.#at.get(member);
    if (error === undefined) {
      error = new MalformedError(`"${member}" is not what OTLP has there`);
      // Written out now: until then V8 keeps the frames, and one of them has all spans of the request.
      void error.stack;
      MalformedError.#at.set(member, error);
    }
    return error;
  }
}

/** What was left out of a request, where something was. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/** What was left out of a request of which the rest was taken: OTLP calls it a partial success. */
export class Rejections {
  #rejected = 0;
  /** Why the first was left out. */
  #message = '';

  get partialSuccess(): PartialSuccess | undefined {
    return this.#rejected === 0 ? undefined : { rejected: this.#rejected, message: this.#message };
  }

  /**
   * What `parse` returns, as the one entry of a list; none where it is malformed.
   *
   * @throws what `parse` throws otherwise
   */
  unlessMalformed<T>(parse: () => T): T[] {
    try {
      return [parse()];
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      if (this.#rejected === 0) this.#message = error.message;
      this.#rejected += 1;
      return [];
    }
  }
}
