import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '@opentelemetry/api';
import { contextValue, type ContextValue } from '@tracelink/context';

const longest = 100;

/** The client, by its `user-agent`: also in the work that continues after the answer. */
export const caller: ContextValue<string> = contextValue('caller', { default: 'unknown', detached: true });

/** Sets the caller of a request; an invalid name becomes `unknown`. */
export function withCaller(context: Context, { headers }: { readonly headers: IncomingHttpHeaders }): Context {
  const name = headers['user-agent'];
  return name === undefined || name === '' ? context : caller.set(context, name.slice(0, longest));
}
