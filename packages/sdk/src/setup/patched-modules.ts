import { createRequire, isBuiltin, register, syncBuiltinESMExports } from 'node:module';
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { diag } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { errorMessage, processWide } from '@tracelink/context/internal';

/** What every instrumentation that patches modules has, and the interface does not name. */
interface Patching {
  getModuleDefinitions?(): readonly { readonly name: string }[];
}

/** What `defaultInstrumentations()` patch by import; undici's listens to a diagnostics channel and patches nothing. */
const patched = ['pg', 'pg-pool', 'pino'];

/** The loader hook of the process, which Node cannot take back. */
interface LoaderHook {
  isRegistered: boolean;
  /** What it wraps: as modules are imported, and URLs of files. Only grows. */
  readonly included: Set<string>;
  /** To a hook in a thread of its own, which has a copy of `included`. */
  thread: MessagePort | undefined;
}

const hook = processWide<LoaderHook>('@tracelink/sdk.hooks.1', () => ({ isRegistered: false, included: new Set(), thread: undefined }));

const load = createRequire(import.meta.url);

/**
 * Lets `instrumentations`, and the default ones, see modules that are loaded by `import`, from now on. Instrumentation patches what passes
 * through `require` by itself; a module that an ES module imports passes it only by a loader hook.
 *
 * Only the modules that are patched go through the hook: wrapping others gains nothing and costs start-up time. It is registered once in a
 * process; a later call adds to what it wraps.
 */
export function registerEsmHooks(instrumentations: readonly Instrumentation[]): void {
  // Of Node's own modules what ES modules import follows what is patched, and what is taken back: `mendBuiltins`.
  const names = [...patched, ...patchedBy(instrumentations)].filter((name) => !isBuiltin(name));
  const added = names.map(importedAs).filter((each) => !hook.included.has(each));
  for (const each of added) hook.included.add(each);
  hook.thread?.postMessage(added);
  if (hook.isRegistered) return;
  hook.isRegistered = true;
  try {
    if (!registerInThread()) registerThread();
  } catch (error) {
    // Jest has no hooks: what it loads is not Node's to load. A test can do without them, and not without tracing.
    diag.warn(`@tracelink/sdk: modules that are loaded by import are not instrumented here: ${errorMessage(error)}`);
  }
}

/** Names of modules, as packages are called, or paths of files. */
function patchedBy(instrumentations: readonly Instrumentation[]): string[] {
  return instrumentations.flatMap((each) => ((each as Patching).getModuleDefinitions?.() ?? []).map(({ name }) => name));
}

function importedAs(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

/** What `import-in-the-middle` has for hooks without a thread. */
interface ThreadlessHooks {
  readonly register: (this: void, options: ThreadlessOptions) => void;
  readonly supportsSyncHooks: (this: void) => boolean;
}

interface ThreadlessOptions {
  /** Read once, and by versions before 3.2 alone. */
  readonly include: readonly string[];
  readonly shouldInclude: (url: string, specifier: string) => boolean;
}

/** @returns false where this Node, or the copy of `import-in-the-middle` that instrumentation asks, knows only hooks in a thread of their own */
function registerInThread(): boolean {
  try {
    // Of another copy, instrumentation would hear nothing.
    const ofInstrumentation = createRequire(load.resolve('@opentelemetry/instrumentation'));
    const { register: registerHooks, supportsSyncHooks } = ofInstrumentation('import-in-the-middle/register-hooks.mjs') as ThreadlessHooks;
    if (!supportsSyncHooks()) return false;
    const { included } = hook;
    registerHooks({ include: [...included], shouldInclude: (url, specifier) => included.has(specifier) || included.has(url) });
    return true;
  } catch {
    return false;
  }
}

function registerThread(): void {
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const data = { include: [...hook.included], addHookMessagePort: port2 };
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data, transferList: [port2] });
  hook.thread = port1;
}

/**
 * Patches Node's own modules: instrumentation does it when they are required next, and what ES modules import of them then follows, also
 * where they were imported before.
 */
export function mendBuiltins(instrumentations: readonly Instrumentation[]): void {
  for (const name of patchedBy(instrumentations)) if (isBuiltin(name)) load(name);
  syncBuiltinESMExports();
}

/**
 * Says which modules that `instrumentations` patch the program loaded before, as it stays untraced what it does with them. Modules inside a
 * bundle, and those that are ES modules through and through, cannot be seen.
 */
export function sayLoadedEarly(instrumentations: readonly Instrumentation[]): void {
  const names = new Set(patchedBy(instrumentations));
  const files = Object.keys(load.cache);
  const isLoaded = (name: string): boolean =>
    files.some((file) => file.includes(`${sep}node_modules${sep}${name.replace('/', sep)}${sep}`));
  const early = [...names].filter((name) => !isBuiltin(name) && isLoaded(name));
  if (early.length === 0) return;
  process.emitWarning(
    `${early.join(', ')} ${early.length === 1 ? 'was' : 'were'} loaded before tracing started, so what the program does with ` +
      `${early.length === 1 ? 'it' : 'them'} is not traced. Start tracing first: node --import @tracelink/sdk/register`,
    { code: 'TRACELINK_LOADED_EARLY' },
  );
}
