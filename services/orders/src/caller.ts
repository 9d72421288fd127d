import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from '@opentelemetry/api';
import { contextValue, type ContextValue } from '@tracelink/context';

const longest = 100;

/** Who asked, by their `user-agent`: also in the work that goes on after the answer. */
export const caller: ContextValue<string> = contextValue('caller', { default: 'unknown', detached: true });

/** Sets the caller of a request; what is no name is `unknown`. */
export function withCaller(context: Context, { headers }: { readonly headers: IncomingHttpHeaders }): Context {
  const name = headers['user-agent'];
  return name === undefined || name === '' ? context : caller.set(context, name.slice(0, longest));
}
