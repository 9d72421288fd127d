import { type ContextValue, contextValue } from '@tracelink/context';
import type { Extraction } from './extraction-interface.ts';

/**
 * The extraction of the message that is being handled. `Extraction.asParent` and `asRoot` set it; injection reads from it
 * what travels on beside the span: the origin, the debug flag, SkyWalking's headers, the count of hops.
 */
export const incomingExtraction: ContextValue<Extraction | undefined> = contextValue<Extraction>('tracelink incoming extraction');
