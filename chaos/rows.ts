import { brokerRows } from './rows/brokers.ts';
import { deadLetterRows } from './rows/dead-letters.ts';
import { memberRows } from './rows/members.ts';
import { otherRows } from './rows/others.ts';
import type { Row } from './row.ts';

/** Every fault, in the order in which they are caused. */
export const rows: readonly Row[] = [...brokerRows, ...memberRows, ...deadLetterRows, ...otherRows];
