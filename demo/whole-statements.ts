import { PGlite } from '@electric-sql/pglite';

/** Messages after which others of the same statement come: Parse, Bind, Describe, Execute, Close, Flush. */
const midStatement = new Set(['P', 'B', 'D', 'E', 'C', 'H'].map((type) => type.charCodeAt(0)));

/**
 * PGlite for a server with several connections. They share one session, with one unnamed statement and one unnamed portal, and
 * `PGLiteSocketServer` lets others in after each message of the protocol: without this, a statement has run with another's parameters,
 * and its rows have gone to another. It does not while there is a transaction, and a statement that has begun is told as one.
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
