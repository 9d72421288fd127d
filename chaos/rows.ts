import { brokerRows } from './rows/brokers.ts';
import { drainRows } from './rows/drains.ts';
import { javaRows } from './rows/java.ts';
import { deadLetterRows } from './rows/dead-letters.ts';
import { failoverRows } from './rows/failover.ts';
import { memberRows } from './rows/members.ts';
import { otherRows } from './rows/others.ts';
import { recreatedRows } from './rows/recreated.ts';
import { startAtEndRows } from './rows/start-at-end.ts';
import type { Row } from './scene/row.ts';

/** Every fault, in the order in which they are caused. */
export const rows: readonly Row[] = [
  ...brokerRows,
  ...memberRows,
  ...deadLetterRows,
  ...otherRows,
  ...recreatedRows,
  ...startAtEndRows,
  ...drainRows,
  ...javaRows,
  ...failoverRows,
];
