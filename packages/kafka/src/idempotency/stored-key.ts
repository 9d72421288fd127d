import { createHash } from 'node:crypto';

const digested = 'sha256:';
const longest = 200;

/**
 * The text under which Postgres keeps an id: the id itself, or its digest where a column cannot hold it or two would look the
 * same (NUL, lone surrogates), where an index cannot (it refuses about 2,700 bytes), and where it looks like a digest. Two ids
 * never have the same text.
 */
export function storedId(id: string): string {
  const isPlain = id.length <= longest && !id.includes('\0') && id.isWellFormed() && !id.startsWith(digested);
  // UTF-16 keeps lone surrogates apart; UTF-8 has one replacement for all of them.
  return isPlain ? id : digested + createHash('sha256').update(id, 'utf16le').digest('hex');
}
