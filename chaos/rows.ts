import { brokerRows } from './rows/brokers.ts';
import type { Row } from './row.ts';

/** Every fault, in the order in which they are caused. */
export const rows: readonly Row[] = [...brokerRows];
