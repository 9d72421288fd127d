import { startStudio, type Studio } from '@tracelink/studio';
import { expect } from 'chai';
import type { ToldSpan } from '../support/otlp.ts';
import { get, tell } from '../support/post.ts';
import { namings } from '../support/taken-records.ts';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly queueTime?: object;
}

async function queues(studio: Studio, query = ''): Promise<unknown[]> {
  const { edges } = await get<{ edges: readonly Edge[] }>(studio, `/api/flow${query}`);
  return edges.filter(({ from }) => from.startsWith('topic:')).map(({ to, count, queueTime }) => [to, count, queueTime]);
}

const sent: ToldSpan = { trace: 'a', id: 'sent', service: 'orders', name: 'send', kind: 'producer', at: 0, for: 5 };
const taken = (id: string, at: number, attributes: ToldSpan['attributes'] & object, more: Partial<ToldSpan> = {}): ToldSpan => {
  return { trace: 'a', id, parent: 'sent', name: 'process', kind: 'consumer', service: 'mail', at, for: 2, attributes, ...more };
};

describe('the flow takes the time in the queue', () => {
  for (const [version, named] of Object.entries(namings)) {
    const at = (offset: number | string, group: string, partition = '0') => named('process', { offset, group, partition });
    const alone = named('process', { offset: 7 });

    it(`not from a record that came to its group before, also before the time that is counted, by names of ${version}`, async () => {
      await using studio = await startStudio({ port: 0 });
      await tell(
        studio,
        { ...sent, attributes: named('send', { offset: 7 }) },
        // Again in another trace, and arriving before the first.
        taken('again', 1_010, at(7, 'g'), { trace: 'b', links: [{ trace: 'a', id: 'sent' }] }),
        taken('first', 10, at(7, 'g')),
        taken('text', 2_010, at('7', 'g')),
        taken('other', 20, at(7, 'g', '1')),
        taken('group', 30, at(7, 'h')),
        taken('alone', 15, alone, { service: 'bare' }),
        taken('alone again', 3_015, alone, { service: 'bare' }),
      );
      expect(await queues(studio)).to.deep.equal([
        ['service:bare', 2, { p50Us: 10_000, p99Us: 10_000 }],
        ['service:mail', 5, { p50Us: 15_000, p99Us: 25_000 }],
      ]);
      expect(await queues(studio, `?sinceUs=${Date.UTC(2026, 10, 24, 12) * 1_000 + 1_000_000}`)).to.deep.equal([
        ['service:bare', 1, undefined],
        ['service:mail', 2, undefined],
      ]);
    });

    it(`from a record at the place of another, as a topic that was made anew has them, by names of ${version}`, async () => {
      await using studio = await startStudio({ port: 0 });
      const attributes = named('send', { offset: 7 });
      await tell(
        studio,
        { ...sent, attributes },
        taken('first', 10, at(7, 'g')),
        { ...sent, id: 'sent anew', at: 60_000, attributes },
        taken('other', 60_020, at(7, 'g'), { parent: 'sent anew' }),
        { ...sent, trace: 'c', at: 120_000, attributes },
        taken('linked', 120_035, at(7, 'g'), { trace: 'd', parent: 'poll', links: [{ trace: 'c', id: 'sent' }] }),
        // By itself it would be the first at its place.
        taken('linked again', 180_035, at(7, 'g'), { trace: 'e', parent: 'poll', links: [{ trace: 'c', id: 'sent' }] }),
      );
      expect(await queues(studio)).to.deep.equal([['service:mail', 4, { p50Us: 15_000, p99Us: 30_000 }]]);
    });
  }
});
