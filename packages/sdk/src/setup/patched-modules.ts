import { createRequire, register, syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';
import { diag } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { errorMessage, processWide } from '@tracelink/context/internal';

/** What every instrumentation that patches modules has, and the interface does not name. */
interface Patching {
  getModuleDefinitions?(): readonly { readonly name: string }[];
}

/** What `defaultInstrumentations()` patch by import; undici's listens to a diagnostics channel and patches nothing. */
const patched = ['http', 'https', 'pg', 'pg-pool', 'pino'];

const hooks = processWide('@tracelink/sdk.hooks.1', () => ({ registered: false }));

const load = createRequire(import.meta.url);

/**
 * Lets instrumentation see modules that are loaded by `import`, from now on. Instrumentation patches what passes through
 * `require` by itself; a module that an ES module imports passes it only by a loader hook.
 *
 * Only the modules that are patched go through the hook: wrapping others gains nothing and costs start-up time. Node
 * cannot take a hook back, so this happens once in a process.
 */
export function registerEsmHooks(): void {
  if (hooks.registered) return;
  hooks.registered = true;
  try {
    if (!registerInThread()) register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: patched } });
  } catch (error) {
    // Jest has no hooks: what it loads is not Node's to load. A test can do without them, and not without tracing.
    diag.warn(`@tracelink/sdk: modules that are loaded by import are not instrumented here: ${errorMessage(error)}`);
  }
}

/** What `import-in-the-middle` has for hooks without a thread. */
interface ThreadlessHooks {
  readonly register: (this: void, options: { readonly include: readonly string[] }) => void;
  readonly supportsSyncHooks: (this: void) => boolean;
}

/** @returns false where this Node, or the copy of `import-in-the-middle` that instrumentation asks, knows only hooks in a thread of their own */
function registerInThread(): boolean {
  try {
    // Of another copy, instrumentation would hear nothing.
    const ofInstrumentation = createRequire(load.resolve('@opentelemetry/instrumentation'));
    const { register: registerHooks, supportsSyncHooks } = ofInstrumentation('import-in-the-middle/register-hooks.mjs') as ThreadlessHooks;
    if (!supportsSyncHooks()) return false;
    registerHooks({ include: patched });
    return true;
  } catch {
    return false;
  }
}

const builtins: readonly string[] = ['http', 'https'];

/**
 * Mends what of Node's own modules the program imported before: instrumentation patches them when they are required next, and an ES module's
 * imports then follow.
 */
export function mendBuiltins(): void {
  for (const name of builtins) load(name);
  syncBuiltinESMExports();
}

/**
 * Says which modules that `instrumentations` patch the program loaded before, as it stays untraced what it does with them. Modules inside a
 * bundle, and those that are ES modules through and through, cannot be seen.
 */
export function sayLoadedEarly(instrumentations: readonly Instrumentation[]): void {
  const names = new Set(instrumentations.flatMap((each) => ((each as Patching).getModuleDefinitions?.() ?? []).map(({ name }) => name)));
  const files = Object.keys(load.cache);
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
