import { readFileSync } from 'node:fs';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/localhost.${name}.pem`, import.meta.url), 'utf8');

/** A certificate for localhost and 127.0.0.1 that is valid for a hundred years and used only by these tests. */
export const cert: string = fixture('cert');

/** The key of {@link cert}. */
export const key: string = fixture('key');
