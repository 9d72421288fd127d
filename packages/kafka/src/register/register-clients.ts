// As a whole: a name that an older Node lacks would fail before the entry point can say what is wrong.
import nodeModule, { createRequire, isBuiltin } from 'node:module';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trace } from '@opentelemetry/api';
import { registrations } from '../client/adapters.ts';
import type { Registration } from '../client/port/registration.ts';
import { guard } from '../core/guard.ts';
import { wrapConsumer } from '../consumer/wrap-consumer.ts';
import { wrapProducer } from '../producer/wrap-producer.ts';
import { makesSpans } from '../telemetry/tracing-guards.ts';

const load = createRequire(import.meta.url);

const wrap = {
  producer: <P extends object>(producer: P): P => wrapProducer(producer),
  consumer: <C extends object>(consumer: C): C => wrapConsumer(consumer),
  isTraced: (): boolean => makesSpans(trace.getTracerProvider()),
};

/**
 * Has the clients of every library that there is an adapter for be wrapped, in whatever module system and in which copy of the library they are
 * made: as soon as anything imports or requires one, it is loaded, and its registration told, before whoever asked for it gets it.
 * Hooks of this kind run in the process's own thread. A copy that is there already is told at once, and a warning says so.
 */
export function registerClients(): void {
  const seen = new Set<string>();
  const early = registrations.filter(
    (registration) => loadedEarly(registration.packageName).map((path) => tell(registration, path)).length > 0,
  );
  if (early.length > 0) sayLoadedEarly(early.map(({ packageName }) => packageName));
  nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context);
      const registration = registrationOf(specifier, resolved.url);
      if (registration !== undefined && !isBuiltin(resolved.url))
        guard(`wrapping the clients of ${specifier}`, () => {
          // Not by URL: other hooks give one file several.
          const path = fileURLToPath(resolved.url);
          const main = specifier === registration.packageName ? path : createRequire(path).resolve(registration.packageName);
          // Before it is loaded: loading it resolves it again.
          if (seen.has(main)) return;
          seen.add(main);
          tell(registration, main);
        });
      return resolved;
    },
  });
}

/** By what was asked for, or by the folder of what was found: a test runner asks for a file by its URL. */
function registrationOf(specifier: string, url: string): Registration | undefined {
  if (specifier.startsWith('.')) return undefined;
  return registrations.find(({ packageName }) => specifier === packageName || isFileOf(packageName, url));
}

function isFileOf(packageName: string, url: string): boolean {
  const folder = '/node_modules/';
  return url.startsWith(`${packageName}/`, url.lastIndexOf(folder) + folder.length) && url.includes(folder);
}

function tell(registration: Registration, path: string): void {
  registration.register(createRequire(path)(path) as Readonly<Record<string, unknown>>, wrap);
}

/** The main files of the copies of a CommonJS package that are loaded. ES modules that are loaded cannot be seen. */
function loadedEarly(packageName: string): string[] {
  const folder = `${sep}node_modules${sep}${packageName.replace('/', sep)}${sep}`;
  const roots = new Set(Object.keys(load.cache).flatMap((file) => rootsOf(file, folder)));
  return [...roots].flatMap((root) => guard('looking for loaded clients', () => load.resolve(root)) ?? []);
}

function rootsOf(file: string, folder: string): string[] {
  const start = file.lastIndexOf(folder);
  return start === -1 ? [] : [file.slice(0, start + folder.length)];
}

/** Says which libraries the program loaded before: clients that it has made by then stay untraced. */
function sayLoadedEarly(packageNames: readonly string[]): void {
  process.emitWarning(
    `${packageNames.join(', ')} ${packageNames.length === 1 ? 'was' : 'were'} loaded before @tracelink/kafka/register, so that clients which ` +
      'the program has made by then are not traced. Put it first: node --import @tracelink/register main.js',
    { code: 'TRACELINK_LOADED_EARLY' },
  );
}
