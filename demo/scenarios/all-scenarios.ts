import { burst } from './burst.ts';
import { courier } from './courier.ts';
import { flaky } from './flaky.ts';
import { kill } from './kill.ts';
import { order } from './order.ts';
import { outage } from './outage.ts';
import { poison } from './poison.ts';
import { replay } from './replay.ts';
import type { Scenario } from './scenario.ts';
import { slow } from './slow.ts';
import { story } from './story.ts';

/** All scenarios in the order in which `--once` plays them: the replay of everything after the failures that it replays, and after the replay of one story. */
export const allScenarios: readonly Scenario[] = [order, flaky, poison, courier, burst, slow, outage, story, replay, kill];
