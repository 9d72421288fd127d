import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { drawn } from '../support/drawn.ts';
import type { ToldSpan } from '../support/otlp.ts';
import { tell } from '../support/post.ts';
import { namings } from '../support/taken-records.ts';

const sent: ToldSpan = { trace: 'own', id: 'sent', service: 'shop', name: 'send', kind: 'producer', at: 0, for: 5 };

describe('the picture of a trace', () => {
  for (const [version, named] of Object.entries(namings)) {
    const attributes = named('process', { offset: 7, group: 'mail' });
    const taken = (name: string, at: number, more: Partial<ToldSpan> = {}): ToldSpan => {
      return { trace: 'own', id: name, name, parent: 'sent', service: 'mail', kind: 'consumer', at, for: 10, attributes, ...more };
    };

    it(`says that a record came to its group before, by names of ${version}`, async () => {
      await using studio = await startStudio({ port: 0 });
      await tell(
        studio,
        { ...sent, attributes: named('publish', { offset: 7 }) },
        taken('first', 25),
        taken('fetch', 3_000, { attributes: named('receive', { offset: 7, group: 'mail' }) }),
        // No work on it either, for the flow as for the page.
        taken('commit', 4_000, { attributes: named('commit', { offset: 7, group: 'mail' }) }),
        taken('second', 5_035),
        // In a trace of its own, as a consumer that only links tells it, or one for which the trace is too old.
        taken('third', 9_045, { trace: 'third', parent: 'poll', links: [{ trace: 'own', id: 'sent' }] }),
      );
      const { waits } = await drawn(studio, 'own');
      expect(waits).to.deep.equal({
        first: ['queue', 5, 25],
        fetch: ['queue', 5, 3_000],
        commit: ['queue', 5, 4_000],
        second: ['again', 35, 5_035],
        third: ['again', 5_045, 9_045],
      });
    });

    it(`says it not of a record at the place of another, as a topic that was made anew has them, by names of ${version}`, async () => {
      await using studio = await startStudio({ port: 0 });
      await tell(
        studio,
        sent,
        taken('first', 25),
        { ...sent, id: 'sent anew', at: 60_000 },
        taken('other', 60_020, { parent: 'sent anew' }),
      );
      const { waits } = await drawn(studio, 'own');
      expect(waits).to.deep.equal({ first: ['queue', 5, 25], other: ['queue', 60_005, 60_020] });
    });
  }

  it('counts the queue from when a message was sent, not from when it was created for that, by the names of before', async () => {
    await using studio = await startStudio({ port: 0 });
    const attributes = (operation: string) => namings['before them']?.(operation, { offset: 7 }) ?? {};
    const links = [{ trace: 'own', id: 'created' }];
    await tell(
      studio,
      { ...sent, id: 'created', name: 'created', for: 1, attributes: attributes('create') },
      { ...sent, kind: 'client', at: 20, attributes: attributes('publish'), links },
      { ...sent, id: 'taken', name: 'taken', service: 'mail', kind: 'consumer', at: 40, attributes: attributes('deliver'), links },
    );
    expect((await drawn(studio, 'own')).waits).to.deep.equal({ taken: ['queue', 25, 40] });
  });
});
