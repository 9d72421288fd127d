/**
 * The base of a package's error: its code stands in front of the message, and `instanceof` holds by a brand, as two copies of a package in
 * one process are common in workspaces.
 */
export abstract class BrandedError<Code extends string> extends Error {
  /** A symbol of the global registry, which a package has for its own class. */
  protected static readonly brand: symbol;

  /** Why it was thrown. */
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
    Object.defineProperty(this, new.target.brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.brand in value;
  }
}
