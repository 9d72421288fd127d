import { InFlight } from '@tracelink-demo/kit';
import type { AppParts } from '../../src/app.ts';

/** What the app works with beside its store, for tests that are about something else: all is well, and nobody is told of anything. */
export function detachedParts(): Omit<AppParts, 'store' | 'log'> {
  return {
    announce: async () => {},
    afterwards: () => {},
    checkBroker: async () => {},
    checkOutbox: async () => {},
    inFlight: new InFlight(),
  };
}
