import { burst } from './burst.ts';
import { flaky } from './flaky.ts';
import { kill } from './kill.ts';
import { order } from './order.ts';
import { outage } from './outage.ts';
import { poison } from './poison.ts';
import { replay } from './replay.ts';
import type { Scenario } from './scenario.ts';
import { slow } from './slow.ts';

/** All scenarios in the order in which `--once` plays them: the replay after the failures that it replays. */
export const allScenarios: readonly Scenario[] = [order, flaky, poison, burst, slow, outage, replay, kill];
