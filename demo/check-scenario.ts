import { studioTrace, type BackEndTrace } from '@tracelink/testing';
import type { Progress } from './progress.ts';
import type { Played, Scenario } from './scenarios/scenario.ts';
import type { DemoStack } from './stack.ts';

/** A played scenario, whose traces are complete. */
export interface CheckedScenario {
  /** The trace to look at. */
  readonly trace: BackEndTrace;
  readonly played: Played;
}

/** Milliseconds in which a trace must become complete. */
const patience = 60_000;

/** Traces that are read from the studio at once. */
const atOnce = 4;

/**
 * Plays a scenario and waits until each of its traces is complete.
 *
 * @throws {TestingError} names the missing edge, the nearest one, and the trace as it is
 */
export async function checkScenario(scenario: Scenario, stack: DemoStack, progress: Progress): Promise<CheckedScenario> {
  const played = await progress.step(scenario.label, () => scenario.play(stack));
  const [first, ...others] = played.traces;
  const read = ({ traceId, expected }: Played['traces'][0]): Promise<BackEndTrace> =>
    studioTrace(stack.studio.url, traceId, { until: expected, timeout: patience });
  const what = others.length === 0 ? 'its trace' : `its ${played.traces.length} traces`;
  const trace = await progress.step(`every edge of ${what}`, async () => {
    const left = [...others];
    const readSome = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await read(next);
    };
    try {
      const [whole] = await Promise.all([read(first), ...Array.from({ length: atOnce }, readSome)]);
      return whole;
    } finally {
      // After an incomplete one the others add nothing.
      left.length = 0;
    }
  });
  return { trace, played };
}
