import type { StudioAction } from '@tracelink/studio';
import { studioTrace } from '@tracelink/testing';
import type { Scenario } from './scenarios/scenario.ts';
import type { DemoStack } from './stack.ts';

/**
 * A button for each scenario. It answers as soon as the studio has a part of the trace.
 *
 * @param running resolves when the stack has started, which is after the page: a button that is pressed before waits
 */
export function studioActions(scenarios: readonly Scenario[], running: Promise<DemoStack>): StudioAction[] {
  return scenarios.map((scenario) => ({
    name: scenario.name,
    label: scenario.label,
    description: scenario.description,
    async run() {
      const stack = await running;
      const {
        message,
        traces: [{ traceId }],
      } = await scenario.play(stack);
      await studioTrace(stack.studio.url, traceId);
      return { message, traceId };
    },
  }));
}
