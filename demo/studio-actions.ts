import type { StudioAction } from '@tracelink/studio';
import { studioTrace } from '@tracelink/testing';
import type { Scenario } from './scenarios/scenario.ts';
import type { DemoStack } from './stack.ts';

/**
 * A button for each scenario. It answers as soon as the studio has something of the trace to look at.
 *
 * @param running resolves when the stack has started, which is after the page: who presses a button before, waits
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
