import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of `@opentelemetry/api` that is installed. */
export const VERSION: string = (
  JSON.parse(readFileSync(findPackageJSON('@opentelemetry/api', import.meta.url) ?? '', 'utf8')) as { version: string }
).version;
