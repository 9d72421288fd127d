import { companions } from './companions.ts';
import { contradictions } from './contradictions.ts';
import { failures } from './failures.ts';
import { forwarding } from './forwarding.ts';
import { deadLetters } from './dead-letters.ts';
import { records } from './records.ts';
import type { Rule } from './rule.ts';
import { sampling } from './sampling.ts';
import { spans } from './spans.ts';
import { unreadable } from './unreadable.ts';

/** Every rule, in the order in which findings are told: what breaks traces first. */
export const rules: readonly Rule[] = [
  ...unreadable,
  ...contradictions,
  ...forwarding,
  ...failures,
  ...sampling,
  ...spans,
  ...companions,
  ...deadLetters,
  ...records,
];
