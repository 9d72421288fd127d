/** The settings of a service are not usable; the message names every wrong one. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  /** One sentence for each variable that is missing or malformed. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Cannot start: ${problems.join('; ')}.`);
    this.problems = problems;
  }
}

/**
 * Reads settings from environment variables and collects their errors, so that one failed start names
 * all of them instead of the first one. An empty variable counts as absent, as compose files leave them.
 */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #problems: string[] = [];

  constructor(variables: Readonly<Record<string, string | undefined>>) {
    this.#variables = variables;
  }

  /** The variable's text; without a `fallback` its absence is a problem. */
  text(name: string, fallback?: string): string {
    const value = this.#variables[name]?.trim();
    if (value !== undefined && value !== '') return value;
    if (fallback === undefined) this.#problems.push(`${name} is missing`);
    return fallback ?? '';
  }

  /** A TCP port, 0 (let the system choose) to 65535. */
  port(name: string, fallback: number): number {
    const text = this.text(name, String(fallback));
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    this.#problems.push(`${name} must be a port from 0 to 65535, not "${text}"`);
    return fallback;
  }

  /** A whole number from `least` to 2147483647, the longest delay of Node's timers. */
  wholeNumber(name: string, fallback: number, least: number): number {
    const text = this.text(name, String(fallback));
    const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value < 2 ** 31) return value;
    this.#problems.push(`${name} must be a whole number from ${least}, not "${text}"`);
    return fallback;
  }

  /** A comma-separated list of `host:port`; blanks around the entries do not matter. */
  addresses(name: string): readonly string[] {
    const text = this.text(name);
    const addresses = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
    const malformed = addresses.filter((address) => !/^\S+:\d{1,5}$/.test(address));
    for (const address of malformed) this.#problems.push(`${name} must hold host:port, not "${address}"`);
    if (text !== '' && addresses.length === 0) this.#problems.push(`${name} names no address`);
    return addresses;
  }

  /** One of a closed list of words. */
  oneOf<T extends string>(name: string, words: readonly T[], fallback: T): T {
    const text = this.text(name, fallback);
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) this.#problems.push(`${name} must be one of ${words.join(', ')}, not "${text}"`);
    return word ?? fallback;
  }

  /** @throws {EnvironmentError} when anything read so far was missing or malformed. */
  check(): void {
    if (this.#problems.length > 0) throw new EnvironmentError(this.#problems);
  }
}
