/**
 * What a client is asked to do; ../README.md says what each of them prints:
 * - `messages`: produce by each of its codecs, read it all back in a group, commit;
 * - `members`: share partitions between two members of a group, by each of its assignors;
 * - `statics`: a member that is named comes back and no member has to rebalance;
 * - `transactions`: commit, abort, commit offsets, be fenced;
 * - `admin`: create, alter, describe, list and delete what there is.
 */
export type Scenario = 'messages' | 'members' | 'statics' | 'transactions' | 'admin';

/** How an installed client is started; bootstrap addresses, scenario and a name for its topics and groups follow as arguments. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

/** A Kafka client in its own language. */
export interface Client {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
  /** Codecs that it must compress by; `none` is one of them. */
  readonly codecs: readonly string[];
  /** Assignors that it must share partitions by. */
  readonly assignors: readonly string[];
  /** What this client has no call for: facts of `admin`, and of `transactions` their `transactional offsets` and `fencing`. */
  readonly without?: readonly string[];
  /** Topics that a scenario needs, with their numbers of partitions, for a client that cannot create them. */
  topics?(scenario: Scenario, name: string): Readonly<Record<string, number>>;
  /**
   * Installs what is missing, which may take minutes the first time.
   *
   * @throws Error that says why the client cannot be had here
   */
  install(): Promise<Command>;
}
