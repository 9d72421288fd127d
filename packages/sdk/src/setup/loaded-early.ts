import { createRequire, syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** What every instrumentation that patches modules has, and the interface does not name. */
interface Patching {
  getModuleDefinitions?(): readonly { readonly name: string }[];
}

const require = createRequire(import.meta.url);
const builtins: readonly string[] = ['http', 'https'];

/**
 * Mends what of Node's own modules the program imported before: instrumentation patches them when they are required next, and an ES module's
 * imports then follow.
 */
export function mendBuiltins(): void {
  for (const name of builtins) require(name);
  syncBuiltinESMExports();
}

/**
 * Says which modules that `instrumentations` patch the program loaded before, as it stays untraced what it does with them. Modules inside a
 * bundle, and those that are ES modules through and through, cannot be seen.
 */
export function sayLoadedEarly(instrumentations: readonly Instrumentation[]): void {
  const names = new Set(instrumentations.flatMap((each) => ((each as Patching).getModuleDefinitions?.() ?? []).map(({ name }) => name)));
  const files = Object.keys(require.cache);
  const isLoaded = (name: string): boolean =>
    files.some((file) => file.includes(`${sep}node_modules${sep}${name.replace('/', sep)}${sep}`));
  const early = [...names].filter((name) => !builtins.includes(name) && isLoaded(name));
  if (early.length === 0) return;
  process.emitWarning(
    `${early.join(', ')} ${early.length === 1 ? 'was' : 'were'} loaded before tracing started, so what the program does with ` +
      `${early.length === 1 ? 'it' : 'them'} is not traced. Start tracing first: node --import @tracelink/sdk/register`,
    { code: 'TRACELINK_LOADED_EARLY' },
  );
}
