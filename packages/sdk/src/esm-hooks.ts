import { register } from 'node:module';

/** What {@link defaultInstrumentations} patch by import; undici's listens to a diagnostics channel and patches nothing. */
const patched = ['http', 'https', 'pg', 'pg-pool', 'pino'];

let registered = false;

/**
 * Lets instrumentation see modules that are loaded by `import`, from now on. Instrumentation patches what passes through
 * `require` by itself; a module that an ES module imports passes it only by a loader hook.
 *
 * Only the modules that are patched go through the hook: wrapping others gains nothing and costs start-up time. Node
 * cannot take a hook back, so this happens once in a process.
 */
export function registerEsmHooks(): void {
  if (registered) return;
  registered = true;
  // Its successor `registerHooks` breaks on CommonJS in an ES module's imports before Node 22.22.3 and 24.11.1 (nodejs/node#59929).
  register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include: patched } });
}
