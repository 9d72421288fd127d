import { expect } from 'chai';
import type { Entry, Event } from '../judge/journal.ts';
import { outcomeOf, type Outcome, type Sighting } from '../judge/ledger.ts';
import { messagesOf } from '../judge/message.ts';
import { isSound } from '../report.ts';

// Two keys in one partition, in turn: messages 0 to 5 have offsets 0 to 5. Message 3, of the second key, is poison.
const sent = messagesOf({ count: 6, keys: 2, partitions: 1, fate: (index) => (index === 3 ? 'poison' : 'fine') });

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;
type Step = Event | WithoutTime<Sighting>;

const handled = (index: number): Step[] => [
  { kind: 'begun', index, attempt: 1 },
  { kind: 'finished', index, attempt: 1 },
];
const deadLettered: Step[] = [
  { kind: 'begun', index: 3, attempt: 1 },
  { kind: 'dead-lettered', partition: 0, offset: '3' },
];
const asked = (offset: string, metadata: string | null = ''): Step => ({ kind: 'commit-asked', partition: 0, offset, metadata });
const committed = (offset: string, metadata: string | null = ''): Step[] => [
  asked(offset, metadata),
  { kind: 'committed', partition: 0, offset, metadata },
];
const seen = (offset: string, metadata: string | null = ''): Step => ({ kind: 'seen', partition: 0, offset, metadata });
const ended: Step = { kind: 'ended', spansOpen: 0, abandoned: 0 };
const all: Step[] = [handled(0), handled(1), handled(2), deadLettered, handled(4), handled(5)].flat();

/** The steps one after the other, a millisecond each. */
function judge(steps: readonly Step[], deadLetters: readonly number[] = [3], messages = sent): Outcome {
  return outcomeOf(
    messages,
    steps.map((step, at) => ({ ...step, at, member: 1 }) as Entry | Sighting),
    deadLetters,
  );
}

describe('the ledger of a fault', () => {
  it('accepts messages that are handled in order and committed afterwards, each once', () => {
    const outcome = judge([...all, ...committed('6'), seen('6'), ended]);
    expect(outcome).to.deep.equal({
      sent: 6,
      handled: 5,
      repeated: 0,
      deadLettered: 1,
      excused: 0,
      lost: 0,
      outOfOrder: 0,
      overtaken: 0,
      needless: 0,
      openSpans: 0,
      violations: [],
    });
    expect(isSound(outcome)).to.equal(true);
  });

  it('finds a message that no member handled, whatever was committed', () => {
    const outcome = judge([...all.slice(0, -1), ended]);
    expect(outcome).to.include({ handled: 4, lost: 1 });
    expect(isSound(outcome)).to.equal(false);
  });

  it('finds a dead-letter record that its member reports and its topic lacks', () => {
    expect(judge([...all, ...committed('6'), ended], [])).to.include({ deadLettered: 0, lost: 1 });
  });

  it('counts repeated handling, and repeated dead-letter records', () => {
    const outcome = judge([...all, ...handled(4), ...committed('6'), ended], [3, 3]);
    expect(outcome).to.include({ handled: 5, repeated: 2, deadLettered: 1, lost: 0, needless: 0 });
    expect(isSound(outcome)).to.equal(true);
  });

  it('finds a dead-letter record of a message without a fault', () => {
    expect(judge([...all, ended], [3, 4]).violations).to.deep.equal([
      'message 4 is a dead-letter record, although its handler does not fail',
    ]);
  });

  it('finds a message that started before the one before it in its key was done', () => {
    const early = judge([{ kind: 'begun', index: 2, attempt: 1 }, ...all, ended]);
    expect(early).to.include({ outOfOrder: 1, lost: 0 });
    expect(early.violations).to.deep.equal(['message 2 started before 0 was done']);
    expect(judge([...handled(1), ...handled(5), ...all, ended]).violations).to.deep.equal(['message 5 started before 3 was done']);
    expect(isSound(early)).to.equal(false);
  });

  it('accepts other keys that continue, and repeats in the middle of a key', () => {
    expect(judge([...handled(1), ...all, ...handled(0), ...handled(2), ended])).to.include({ outOfOrder: 0 });
  });

  it('finds a commit that passes an unfinished message, whether the broker accepted it or not', () => {
    const outcome = judge([...handled(0), asked('2'), ...all, ...committed('6'), ended]);
    expect(outcome).to.include({ overtaken: 1, lost: 0 });
    expect(outcome.violations).to.deep.equal(['a commit of 2 () of partition 0 claims that 1 is done']);
    expect(isSound(outcome)).to.equal(false);
  });

  it('finds such a commit when only the broker reports it', () => {
    expect(judge([...handled(0), seen('1'), seen('3'), ...all, ended])).to.include({ overtaken: 1 });
  });

  it('treats a message in flight, or before a dead-letter record, as unfinished', () => {
    const begun: Step = { kind: 'begun', index: 0, attempt: 1 };
    expect(judge([begun, asked('1'), ...all, ended])).to.include({ overtaken: 1 });
    expect(judge([...handled(0), ...handled(1), ...handled(2), asked('4'), ...all, ended])).to.include({ overtaken: 1 });
  });

  it('finds a commit beyond the end of a partition', () => {
    expect(judge([...all, asked('7'), ended]).violations).to.deep.equal(['a commit of 7 () of partition 0 claims that 6 is done']);
  });

  it('finds metadata with more completed offsets beyond the commit than there are', () => {
    // 2 to 3 beyond 1: offset 3 is not done; then with it; then up to one that does not exist.
    const steps = [...handled(0), ...handled(2), ...handled(4)];
    expect(judge([...steps, asked('1', 'tracelink/2 f 7 1+1'), ...all, ended]).violations).to.deep.equal([
      'a commit of 1 (tracelink/2 f 7 1+1) of partition 0 claims that 3 is done',
    ]);
    expect(judge([...steps, asked('1', 'tracelink/2 f 7 1+0,2+0'), ...all, ended])).to.include({ overtaken: 0 });
    expect(judge([...all, asked('5', 'tracelink/2 f 7 0+3'), ended])).to.include({ overtaken: 1 });
  });

  it('finds metadata that cannot be decoded', () => {
    for (const metadata of ['anything', 'tracelink/2 ', 'tracelink/2 f 7 1', 'tracelink/2 f 7 1+', 'tracelink/1 1+1']) {
      const { violations } = judge([...all, ...committed('6', metadata), ended]);
      expect(violations, metadata).to.not.deep.equal([]);
    }
  });

  it('finds a commit that goes back', () => {
    expect(judge([...all, seen('6'), seen('5'), ended]).violations).to.deep.equal(['the commit of partition 0 went back to 5']);
  });

  it('counts messages that started again after their commit or its metadata was acknowledged, but not retries', () => {
    expect(judge([...all, ...committed('6'), ...handled(5), ended])).to.include({ needless: 1, repeated: 1 });
    expect(judge([...handled(0), ...handled(2), ...committed('1', 'tracelink/2 f 7 1+0'), ...handled(2), ...all, ended])).to.include({
      needless: 3,
    });
    const again: Step = { kind: 'begun', index: 5, attempt: 2 };
    expect(judge([...all, ...committed('6'), again, ended])).to.include({ needless: 0 });
    expect(judge([...all, asked('6'), ...handled(5), ended])).to.include({ needless: 0 });
  });

  it('finds spans that were not ended', () => {
    const outcome = judge([...all, { kind: 'ended', spansOpen: 2, abandoned: 0 }, ended]);
    expect(outcome).to.include({ openSpans: 2 });
    expect(isSound(outcome)).to.equal(false);
  });

  it('finds a subscription that crashed', () => {
    expect(judge([...all, { kind: 'crashed', error: 'Error: gone' }, ended]).violations).to.deep.equal([
      'a subscription crashed: Error: gone',
    ]);
  });

  it('treats a delayed message as done in place, but as lost when it is never retried', () => {
    const putOff: Step = { kind: 'put-off', partition: 0, offset: '2' };
    const steps = [...handled(0), ...handled(1), { kind: 'begun', index: 2, attempt: 1 } as const, putOff, ...deadLettered];
    const early = [...steps, ...handled(4), ...handled(5), ...committed('6')];
    expect(judge([...early, ended])).to.include({ lost: 1, overtaken: 0, outOfOrder: 0 });
    const again: Step[] = [
      { kind: 'begun', index: 2, attempt: 4 },
      { kind: 'finished', index: 2, attempt: 4 },
    ];
    expect(judge([...early, ...again, ended])).to.include({ lost: 0, repeated: 0, needless: 0 });
  });

  it('excuses messages that no member must handle, and finds a lost one beside them', () => {
    const excused: Step = { kind: 'excused', indexes: [0, 1] };
    const rest: Step[] = [...handled(2), ...deadLettered, ...handled(4)];
    const outcome = judge([excused, ...rest, ...handled(5), ...committed('6'), ended]);
    expect(outcome).to.include({ handled: 3, excused: 2, lost: 0, overtaken: 0, outOfOrder: 0 });
    expect(judge([excused, ...rest, ended])).to.include({ excused: 2, lost: 1 });
  });

  it('does not excuse a message that was handled or sent to the dead-letter topic', () => {
    expect(judge([...all, { kind: 'excused', indexes: [0, 3] }, ended])).to.include({ handled: 5, deadLettered: 1, excused: 0, lost: 0 });
  });

  it('judges commits by the incarnation of their topic', () => {
    const again = messagesOf({ count: 2, keys: 1, partitions: 1 }, { before: sent, incarnation: 1 });
    const both = [...sent, ...again];
    const recreated: Step = { kind: 'recreated' };
    const after = [...all, ...committed('6'), seen('6'), recreated];
    expect(judge([...after, ...handled(6), ...committed('1'), seen('1'), ...handled(7), ...committed('2'), ended], [3], both)).to.include({
      handled: 7,
      overtaken: 0,
      needless: 0,
      lost: 0,
    });
    expect(judge([...after, asked('2'), ...handled(6), ...handled(7), ended], [3], both).violations).to.deep.equal([
      'a commit of 2 () of partition 0 claims that 0 is done',
    ]);
    expect(judge([...after, ...handled(7), ended], [3], both)).to.include({ lost: 1 });
    const oldRecord: Step = { kind: 'stopped', partition: 0, offset: '1' };
    const ok: Step = { kind: 'health', ok: true };
    expect(judge([...after, oldRecord, ok, ...handled(6), ...handled(7), ended], [3], both).violations).to.deep.equal([]);
  });

  it('judges commits by their cluster, and ignores metadata of another one', () => {
    // The first three have another offset on the second cluster, and the rest none.
    const copies = sent.slice(0, 3).map((message) => ({ ...message, offset: message.offset + 2, incarnation: 1 }));
    const there: Step = { kind: 'moved', incarnation: 1, copies };
    const back: Step = { kind: 'moved', incarnation: 0, copies: [] };
    const excused: Step = { kind: 'excused', indexes: [6, 7] };
    const messages = [...sent, ...messagesOf({ count: 2, keys: 1, partitions: 1 }, { before: sent, incarnation: 1 })];
    const here = [excused, ...handled(0), ...handled(2), ...committed('1', 'tracelink/2 f 7 1+0'), there];
    // Copied unchanged, it would claim the second message.
    const mirrored = seen('2', 'tracelink/2 f 7 1+0');
    const rest: Step[] = [...handled(0), ...handled(1), ...handled(2), ...committed('5', 'tracelink/2 g 7'), back];
    const end: Step[] = [...handled(1), ...deadLettered, ...handled(4), ...handled(5), ...committed('6', 'tracelink/2 f 7'), ended];
    const outcome = judge([...here, mirrored, ...rest, ...end], [3], messages);
    expect(outcome).to.deep.include({ lost: 0, repeated: 3, overtaken: 0, needless: 0, outOfOrder: 0, violations: [] });
    // The second cluster's own metadata counts, and offsets always do.
    for (const untrue of [asked('2', 'tracelink/2 g 7 1+0'), seen('4', 'tracelink/2 f 7')])
      expect(judge([...here, untrue, ...rest, ...end], [3], messages), JSON.stringify(untrue)).to.include({ overtaken: 1 });
    // On the first one, its commit has claimed the third one.
    expect(judge([...here, mirrored, ...rest, ...handled(2), ...end], [3], messages)).to.include({ needless: 1 });
  });

  it('counts printed messages as handled, whenever that was', () => {
    const printed: Step[] = [0, 1].map((index) => ({ kind: 'printed', index }));
    const steps = [...handled(2), ...deadLettered, ...handled(4), ...handled(5), ...committed('6')];
    expect(judge([...steps, ...printed, ended])).to.include({ handled: 5, repeated: 0, overtaken: 0, outOfOrder: 0, lost: 0 });
    expect(judge([...all, ...printed, ended])).to.include({ handled: 5, repeated: 2 });
  });

  it('finds a member that is ok while it cannot write a dead-letter record', () => {
    const stopped: Step = { kind: 'stopped', partition: 0, offset: '3' };
    const health = (ok: boolean): Step => ({ kind: 'health', ok });
    const begun = all.slice(0, 7);
    const rest: Step[] = [{ kind: 'dead-lettered', partition: 0, offset: '3' }, health(true), ...handled(4), ...handled(5), ended];
    expect(judge([health(true), ...begun, stopped, health(false), stopped, ...rest]).violations).to.deep.equal([]);
    expect(judge([health(true), ...begun, stopped, health(false), health(true), ...rest]).violations).to.deep.equal([
      'member 1 was ok while it could not write the record of 0/3',
    ]);
  });

  it('finds an uncaught error, a subscribe that rejects, and a message of another topic', () => {
    const uncaught: Step = { kind: 'uncaught', error: 'Error: late' };
    const refused: Step = { kind: 'refused', code: 'not_joined', error: 'Error: no' };
    const foreign: Step = { kind: 'foreign', topic: 'others' };
    expect(judge([...all, uncaught, refused, foreign, ended]).violations).to.deep.equal([
      'uncaught error: Error: late',
      'subscribe rejected with not_joined: Error: no',
      'a handler got a message of others',
    ]);
  });

  it('orders events by their own time, not by when it received them', () => {
    const [first, second] = [handled(0), handled(2)].map((steps, late) =>
      steps.map((step, nth) => ({ ...step, at: 10 * late + nth }) as Entry),
    );
    expect(outcomeOf(sent, [...(second ?? []), ...(first ?? [])], [])).to.include({ outOfOrder: 0 });
  });

  it('names the first violations and counts the others', () => {
    const { violations } = judge([...Array.from({ length: 9 }, () => asked('6')), ...all, ended]);
    expect(violations).to.have.length(6);
    expect(violations.at(-1)).to.equal('and 4 more');
  });
});
