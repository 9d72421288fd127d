import { createHash } from 'node:crypto';
import type { AdminPort } from '../../client/port/admin.ts';
import { checkFilter } from '../../dead-letters/dead-letter-filter.ts';
import type { DeadLetterRecord } from '../../dead-letters/dead-letter-record.ts';
import { entriesOf, everything } from './committed-entries.ts';
import { groupInUse, replayedMeanwhile } from './group-guard.ts';
import { encodeEntry, fitting, type ProgressEntry, type Selection } from './progress-entry.ts';
import { isSameCommit, type ReplayCommit } from './replay-commits.ts';
import { UnsentOffsets } from './unsent-offsets.ts';

/** How often a record may have been replayed before, by default. */
export const defaultMaxReplays = 3;

/** The group of a filter that is a function, behind the account's name. Nobody else can tell what it selected. */
const ofFunction = 'function';

/** The name of the group of a selection, behind the account's: none for everything. */
function suffixOf({ filter, maxReplays }: Selection): string {
  const differs = { ...filter, ...(maxReplays !== defaultMaxReplays && { maxReplays }) };
  const text = JSON.stringify(differs);
  return text === '{}' ? '' : `.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** The group in which replays of a selection commit. */
export function replayGroup(account: string, selection: Selection | typeof ofFunction): string {
  return selection === ofFunction ? `${account}.${ofFunction}` : `${account}${suffixOf(selection)}`;
}

/** Whose account it is. */
export interface AccountOptions {
  readonly topic: string;
  /** The name of the account: all groups of its replays begin so. */
  readonly account: string;
  /** `undefined`: a function selects. */
  readonly selection: Selection | undefined;
  /** Called with a text that an operator should know. */
  readonly note: (note: string) => void;
}

interface OwnProgress {
  position: bigint;
  latest: number | undefined;
  readonly unsent: UnsentOffsets;
}

type OtherProgressByPartition = ReadonlyMap<number, OtherProgress>;

/** The commits of the account's groups, as the brokers have them: by group and partition. */
type Committed = ReadonlyMap<string, ReadonlyMap<number, ProgressEntry & Selection>>;

/** Whether a record was met before: by replays with the same filter, or sent by others. */
export type Met = 'new' | 'unsent' | 'handled' | 'replayed';

/**
 * Which records of a dead-letter topic were replayed. Each filter has a group of its own, whose commit keeps the filter, so that replays
 * with one filter continue where they ended, and those with another know what was sent: everything that the first one selects, below its
 * position.
 */
export class ReplayAccount {
  readonly #options: AccountOptions;
  readonly #loaded: Committed;
  readonly #own: Map<number, OwnProgress>;
  readonly #others: readonly OtherProgressByPartition[];
  readonly #selection: Selection;
  readonly #isOfPlaces: boolean;

  private constructor(loaded: Committed, options: AccountOptions) {
    const { topic, selection } = options;
    const own = ownGroup(options);
    this.#options = options;
    this.#loaded = loaded;
    this.#own = new Map([...(loaded.get(own) ?? [])].map(([partition, entry]) => [partition, ownProgress(entry)]));
    const others = [...loaded].filter(([id]) => id !== own);
    this.#others = others.map(([, entries]) => new Map([...entries].map(([at, entry]) => [at, new OtherProgress(topic, entry)])));
    this.#selection = selection ?? { filter: {}, maxReplays: defaultMaxReplays };
    this.#isOfPlaces = selection?.filter.records !== undefined;
  }

  /**
   * Loads the account. A replay calls it as a member of its group: two that begin at the same time see each other.
   *
   * @param isAlone whether replays with other filters must not run
   * @throws {KafkaTracingError} `group_in_use`: a replay with another filter runs
   */
  static async load(admin: AdminPort, options: AccountOptions, isAlone: boolean): Promise<ReplayAccount> {
    const others = await otherGroups(admin, options);
    if (isAlone) await refuseMembers(admin, others, options);
    return new ReplayAccount(await committed(admin, others, options), options);
  }

  /**
   * Ensures that no other replay has committed since the account was loaded, for a replay whose membership had ended: what the other one
   * has sent is not in the account.
   *
   * @param isOwn whether a commit of the replay's group may be its own
   * @throws {KafkaTracingError} `group_in_use`
   */
  async ensureUnchanged(admin: AdminPort, isOwn: (partition: number, commit: ReplayCommit) => boolean): Promise<void> {
    const others = await otherGroups(admin, this.#options);
    await refuseMembers(admin, others, this.#options);
    const own = ownGroup(this.#options);
    for (const [groupId, entries] of await committed(admin, others, this.#options))
      for (const [partition, entry] of entries) {
        const [now, before] = [commitFor(entry, entry), this.#loaded.get(groupId)?.get(partition)];
        const isKnown = before !== undefined && isSameCommit(now, commitFor(before, before));
        if (!isKnown && !(groupId === own && isOwn(partition, now))) throw replayedMeanwhile(groupId, this.#options.topic);
      }
  }

  /** What is known of a record. */
  met(record: DeadLetterRecord): Met {
    const own = this.#own.get(record.partition);
    const offset = BigInt(record.offset);
    const isBehind = own !== undefined && offset < own.position;
    if (isBehind && !own.unsent.has(offset)) return 'handled';
    if (this.#others.some((other) => other.get(record.partition)?.sent(record) === true)) return 'replayed';
    return isBehind ? 'unsent' : 'new';
  }

  /** Keeps what became of a record: `unsent` when the next replay is to try it again, `passed` when there was nothing to send. */
  handled({ partition, offset: at, timestamp }: DeadLetterRecord, outcome: 'sent' | 'unsent' | 'passed'): void {
    const offset = BigInt(at);
    let own = this.#own.get(partition);
    // Of single records the ones between them are not seen: their timestamps are not known.
    if (own === undefined)
      this.#own.set(partition, (own = { position: 0n, latest: this.#isOfPlaces ? undefined : 0, unsent: new UnsentOffsets() }));
    if (offset < own.position) {
      if (outcome === 'sent') own.unsent.delete(offset);
      if (outcome === 'passed') own.unsent.trim(offset);
      return;
    }
    own.position = offset + 1n;
    if (own.latest !== undefined) own.latest = Math.max(own.latest, timestamp);
    if (outcome === 'sent') own.unsent.close();
    if (outcome === 'unsent') own.unsent.append(offset);
  }

  /** Says where a commit has no room for all that could not be sent. */
  noteLeftOut(): void {
    for (const [partition, { unsent }] of this.#own)
      if (fitting(unsent.spans).length < unsent.spans.length)
        this.#options.note(
          `More records of partition ${partition} could not be sent than a commit has room for: the next replay leaves out the oldest. ` +
            `Another groupId, or --group, starts over`,
        );
  }

  /** What is to be committed for a partition. `undefined`: nothing. */
  commitOf(partition: number): ReplayCommit | undefined {
    const own = this.#own.get(partition);
    return own && commitFor({ position: own.position, latest: own.latest, unsent: own.unsent.spans }, this.#selection);
  }
}

function ownGroup({ account, selection }: AccountOptions): string {
  return replayGroup(account, selection ?? ofFunction);
}

/** The groups of the account's other selections. */
async function otherGroups(admin: AdminPort, options: AccountOptions): Promise<readonly string[]> {
  const own = ownGroup(options);
  return (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => id !== own && isOf(options.account, id));
}

/** @throws {KafkaTracingError} `group_in_use`: one of the groups has members */
async function refuseMembers(admin: AdminPort, groups: readonly string[], { topic }: AccountOptions): Promise<void> {
  if (groups.length === 0) return;
  const used = (await admin.describeGroups([...groups])).groups.find(({ members }) => members.length > 0);
  if (used !== undefined) throw groupInUse(used.groupId, topic);
}

async function committed(admin: AdminPort, others: readonly string[], options: AccountOptions): Promise<Committed> {
  const { topic, account } = options;
  const ends = await admin.fetchTopicOffsets(topic);
  const own = ownGroup(options);
  const told = others.filter((id) => id !== replayGroup(account, ofFunction));
  const groups = [{ id: own, plain: everything }, ...told.map((id) => ({ id, plain: id === account ? everything : undefined }))];
  const found = await entriesOf(admin, topic, ends, groups);
  return new Map(groups.map(({ id }, index) => [id, found[index] ?? new Map()]));
}

function commitFor(entry: ProgressEntry, { filter, maxReplays }: Selection): ReplayCommit {
  return { offset: String(entry.position), metadata: encodeEntry(entry, { filter, maxReplays }) };
}

/** Whether a group is one of an account's. */
function isOf(account: string, groupId: string): boolean {
  return groupId === account || (groupId.startsWith(`${account}.`) && /^(?:[\da-f]{12}|function)$/.test(groupId.slice(account.length + 1)));
}

function ownProgress({ position, latest, unsent }: ProgressEntry): OwnProgress {
  return { position, latest, unsent: new UnsentOffsets(unsent) };
}

/** What replays with another filter have sent of a partition. */
class OtherProgress {
  readonly #position: bigint;
  readonly #unsent: UnsentOffsets;
  readonly #selects: (record: DeadLetterRecord) => boolean;
  readonly #maxReplays: number;

  constructor(topic: string, { position, unsent, filter, maxReplays }: ProgressEntry & Selection) {
    this.#position = position;
    this.#unsent = new UnsentOffsets(unsent);
    // Its times are absolute.
    this.#selects = checkFilter(filter, topic, 0).selects;
    this.#maxReplays = maxReplays;
  }

  sent(record: DeadLetterRecord): boolean {
    const offset = BigInt(record.offset);
    return offset < this.#position && !this.#unsent.has(offset) && record.replays < this.#maxReplays && this.#selects(record);
  }
}
