import { PGlite } from '@electric-sql/pglite';

/** Messages that other messages of the same statement follow: Parse, Bind, Describe, Execute, Close, Flush. */
const midStatement = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map((type) => type.charCodeAt(0)));

/**
 * Makes PGlite usable as a server for several connections. They share one session, with one unnamed statement and one unnamed portal, and
 * `PGLiteSocketServer` admits others after each message of the protocol: without this, a statement has run with another's parameters,
 * and its rows have gone to another. It admits none during a transaction, and a started statement is reported as one.
 */
export class WholeStatements extends PGlite {
  #isMidStatement = false;

  override async execProtocolRawStream(...[message, options]: Parameters<PGlite['execProtocolRawStream']>): Promise<void> {
    await super.execProtocolRawStream(message, options);
    this.#isMidStatement = midStatement.has(message[0] ?? 0);
  }

  override isInTransaction(): boolean {
    return this.#isMidStatement || super.isInTransaction();
  }
}
