import type { Violation } from '../judge/journal.ts';

/** One change of a file of the packages. */
export interface Edit {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** It must occur in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The code with an error, or without one of its fixes: a search that does not find it finds nothing. */
export interface Mutant {
  readonly name: string;
  /** What it does wrong. */
  readonly title: string;
  /** The kinds of violations that a seed must report for it. */
  readonly shows: readonly Violation['kind'][];
  readonly edits: readonly Edit[];
}

export const mutants: readonly Mutant[] = [
  {
    name: 'failed-spans-open',
    title: 'the span of a failed operation never ends',
    shows: ['spans'],
    edits: [
      {
        file: 'packages/kafka/src/telemetry/client-telemetry.ts',
        find: 'try {\n      span.end();\n    } catch (error) {',
        replace: 'try {\n      if (failure === undefined) span.end();\n    } catch (error) {',
      },
    ],
  },
  {
    name: 'beginning-uncommitted',
    title: 'the starting offset of a partition is not committed',
    shows: ['lost', 'undelivered'],
    edits: [
      {
        file: 'packages/kafka/src/subscribe/partitions/partition-opener.ts',
        find: 'if (uncommitted.length > 0) await',
        replace: 'if (uncommitted.length < 0) await',
      },
    ],
  },
  {
    name: 'unacknowledged-is-written',
    title: 'a record without an acknowledgement counts as written',
    shows: ['lost', 'undelivered', 'told'],
    edits: [
      {
        file: 'packages/kafka/src/sender/acknowledged-sender.ts',
        find: 'if (answer !== undefined) return answer;',
        replace: 'if (answer !== undefined || answers.length === 0) return answer as unknown as RecordMetadata;',
      },
      {
        // The partitions are still those of the start.
        file: 'packages/kafka/src/sender/topic-partitions.ts',
        find: 'if (known !== undefined && performance.now() < known.until) return known.partitions;',
        replace: 'if (known !== undefined) return known.partitions;',
      },
    ],
  },
  {
    name: 'log-unasked',
    title: 'completed offsets of one log count for another log',
    shows: ['lost', 'undelivered'],
    edits: [
      {
        file: 'packages/kafka/src/subscribe/partitions/open-log.ts',
        find: 'return high < end || (firstAfter !== undefined && firstAfter < end);',
        replace: 'return high < 0n && firstAfter === end;',
      },
    ],
  },
  {
    name: 'former-coordinator-kept',
    title: 'a member keeps committing to a former coordinator of its group',
    shows: ['lost', 'undelivered', 'unsettled'],
    edits: [
      {
        file: 'packages/kafka/src/subscribe/partitions/assignment.ts',
        find: 'if (isCoordinatorMoved(error) && !this.hasEnded)',
        replace: 'if (!isCoordinatorMoved(error) && this.hasEnded)',
      },
      {
        // And while a batch is in process.
        file: 'packages/kafka/src/client/kafkajs/group-member.ts',
        find: 'throw isCoordinatorMoved(error) ? bareError(error) : error;',
        replace: 'throw isCoordinatorMoved(error) ? new Error(String(bareError(error))) : error;',
      },
    ],
  },
  {
    name: 'null-headers-unwritable',
    title: 'a header without a value cannot be written',
    shows: ['lost', 'undelivered'],
    edits: [
      {
        file: 'packages/kafka/src/sender/record-headers.ts',
        find: 'if (names.length === 0) return headers;',
        replace: 'if (names.length >= 0) return headers;',
      },
    ],
  },
  {
    name: 'timers-outlive-drains',
    title: 'a timer resumes a partition of a closed client',
    shows: ['stray'],
    edits: [
      {
        file: 'packages/kafka/src/subscribe/partitions/partition-controller.ts',
        find: '    this.#isClosed = true;\n    for (const { timer } of this.#held.values()) clearTimeout(timer);\n',
        replace: '',
      },
      {
        file: 'packages/kafka/src/subscribe/partitions/partition-controller.ts',
        find: "if (!this.#isClosed) guard('pausing or resuming a partition', () => what(this.#client), this);",
        replace: 'what(this.#client);',
      },
    ],
  },
  {
    name: 'ok-while-writing-again',
    title: 'health is ok while a rejected write is retried',
    shows: ['health'],
    edits: [
      {
        file: 'packages/kafka/src/subscribe/partitions/partition-controller.ts',
        find: "(hold.kind === 'delayed' ? [] : (hold.blocked ?? []))",
        replace: "(hold.kind === 'delayed' || (hold.kind === 'blocked' && hold.isRetried) ? [] : (hold.blocked ?? []))",
      },
    ],
  },
  {
    name: 'handled-again-to-write',
    title: 'the handler runs again when a write was rejected',
    shows: ['attempts'],
    edits: [
      {
        file: 'packages/kafka/src/subscribe/failure/apply-disposition.ts',
        find: '  delivery.unwritten = unwritten;\n  delivery.isLeftOver = true;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'joining-client-stays',
    title: 'a client that is drained while it joins its group becomes a member',
    shows: ['undelivered', 'lost', 'commit'],
    edits: [
      {
        file: 'packages/kafka/src/client/kafkajs/group-member.ts',
        find: '    await atMost(longestJoin, this.#restart.settled);\n',
        replace: '',
      },
      {
        // And where it comes to be one all the same.
        file: 'packages/kafka/src/client/kafkajs/group-member.ts',
        find: 'if (this.#hasEnded) return this.#stop();',
        replace: 'if (this.#hasEnded) return;',
      },
    ],
  },
];
