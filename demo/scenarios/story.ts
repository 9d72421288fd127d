import { burst } from './burst.ts';
import { flaky } from './flaky.ts';
import { kill } from './kill.ts';
import { order } from './order.ts';
import { outage } from './outage.ts';
import { poison } from './poison.ts';
import { replay } from './replay.ts';
import type { Scenario } from './scenario.ts';
import { slow } from './slow.ts';

/** All that can happen to orders, as it is told: the replay after what it replays. */
export const story: readonly Scenario[] = [order, flaky, poison, burst, slow, outage, replay, kill];
