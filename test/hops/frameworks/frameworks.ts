import type { Framework } from './framework.ts';
import { kotel, otelsarama } from './go.ts';

/** Every framework that a record is sent through. */
export const frameworks: readonly Framework[] = [kotel, otelsarama];
