import type { ReplayReport } from '@tracelink/kafka/replay';
import { deadLetters } from './expected.ts';
import { operatorJson } from './operator.ts';
import type { Scenario } from './scenario.ts';

export const replay: Scenario = {
  name: 'replay',
  label: 'Replay dead-letter records',
  description: 'Dead-letter records are replayed with the operator’s command: each new attempt links to the one that failed last',
  async play(stack) {
    const printed = await operatorJson(stack, 'replay', '--from', deadLetters);
    const { replayed, replayLimitReached, traceId } = printed.at(-1) as unknown as ReplayReport;
    const sent = replayed === 0 ? 'No dead-letter record was replayed' : `Dead-letter records replayed: ${replayed}`;
    return {
      message: replayLimitReached === 0 ? sent : `${sent}. Not replayed: ${replayLimitReached} that had been replayed three times`,
      traces: [
        {
          traceId: String(traceId),
          expected: (trace) =>
            replayed === 0
              ? trace.toHaveSpan(`operator replay ${deadLetters}`)
              : trace
                  .toHaveEdge(`operator replay ${deadLetters}`, 'operator send orders.placed', { via: 'parent', times: replayed })
                  .toHaveEdge(`fulfilment send ${deadLetters}`, 'operator send orders.placed', { via: 'link', times: replayed })
                  .toHaveEdge('operator send orders.placed', 'fulfilment process orders.placed', { via: 'both' })
                  .toHaveEdge('fulfilment process orders.placed', 'fulfilment process orders.placed', { via: 'link' }),
        },
      ],
      shipped: [],
    };
  },
};
