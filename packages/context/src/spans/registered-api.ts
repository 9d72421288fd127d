import { propagation, trace, type TextMapPropagator, type TracerProvider } from '@opentelemetry/api';
import { processWide } from '../errors/diagnostics.ts';

/** What is registered with OpenTelemetry's API, and which version of it registered the first of that. */
export interface RegisteredApi {
  readonly version: string;
  readonly trace?: TracerProvider;
  readonly propagation?: TextMapPropagator;
}

// All copies and versions 1.x of `@opentelemetry/api` in a process keep one object here, by which they find each other.
const registry = Symbol.for('opentelemetry.js.api.1');

/** @returns `undefined` while nothing is registered */
export function registeredApi(): RegisteredApi | undefined {
  return (globalThis as { [registry]?: RegisteredApi })[registry];
}

/**
 * The version of `@opentelemetry/api` with which a tracer provider was registered that our copy does not see, as ours is of a later minor
 * version. Nothing can be registered beside it, and the API says so only to a logger that it does not see either.
 */
export function unseenApiVersion(): string | undefined {
  const registered = registeredApi();
  if (registered?.trace === undefined || registered.trace === trace.getTracerProvider()) return undefined;
  return registered.version;
}

const said = processWide('@tracelink/context.saidUnseenApi.1', () => ({ is: false }));

/**
 * Says once in a process that nothing is traced, where {@link unseenApiVersion} knows why: with both versions, and what helps. A warning of
 * the process, as OpenTelemetry's `diag` has a logger of the other version, which is out of reach as well.
 */
export function sayUnseenApi(): void {
  const version = unseenApiVersion();
  if (version === undefined || said.is) return;
  said.is = true;
  process.emitWarning(
    `tracelink traces nothing: a tracer provider, such as an agent's, is registered with version ${version} of @opentelemetry/api, which ` +
      `version ${ownApiVersion()}, which tracelink imports, does not see. Install one version for all: npm ls @opentelemetry/api`,
    { code: 'TRACELINK_API_VERSION' },
  );
}

/** The version of our copy, which it tells nowhere but in what it registers. Nothing of this is left: all happens at once. */
export function ownApiVersion(): string {
  const global = globalThis as { [registry]?: RegisteredApi };
  const registered = global[registry];
  delete global[registry];
  try {
    propagation.setGlobalPropagator({ inject: () => {}, extract: (context) => context, fields: () => [] });
    return (global[registry] as RegisteredApi | undefined)?.version ?? 'of another copy';
  } finally {
    if (registered === undefined) delete global[registry];
    else global[registry] = registered;
  }
}
