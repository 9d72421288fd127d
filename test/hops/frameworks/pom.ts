import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The properties of a pom that end in `.version`. */
export function versionProperties(pom: string): Readonly<Record<string, string>> {
  const found = readFileSync(pom, 'utf8').matchAll(/<([\w.-]+)\.version>([^<]+)</g);
  return Object.fromEntries([...found].map(([, name = '', version = '']) => [name, version]));
}

/** Names what was made of files: other text, another name. */
export function digest(...files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 8);
}
