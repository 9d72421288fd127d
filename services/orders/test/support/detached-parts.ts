import { InFlight } from '@tracelink-demo/kit';
import type { AppParts } from '../../src/http/app.ts';

/** The app's other dependencies, for tests of something else: all are healthy, and messages go nowhere. */
export function detachedParts(): Omit<AppParts, 'store' | 'log'> {
  return {
    announce: async () => {},
    afterwards: () => {},
    checkBroker: async () => {},
    checkOutbox: async () => {},
    inFlight: new InFlight(),
  };
}
