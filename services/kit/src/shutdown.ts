import type { DrainReport, TaskSummary } from '@tracelink/context';

/**
 * The order in which a service ends. Parts that bring in work end before those that do it, and those before their dependencies:
 * a request may start a task, a task may send a message, all of them make spans and may ask the database.
 */
const stages = ['start', 'http', 'tasks', 'consumers', 'producer', 'tracing', 'database'] as const;

/** The stage in which a part is closed. */
export type Stage = (typeof stages)[number];

/** What a part did at its end, and what it did not finish. */
export interface PartDetails {
  /** Abandoned work. The messages that a consumer abandoned are delivered again. */
  readonly abandoned?: readonly TaskSummary[];
  /** Kinds of telemetry whose delivery is not known. They are reported, and change nothing: a service is no worse without its collector. */
  readonly undelivered?: readonly string[];
  /** What the relay of an outbox still sent, and whether it left messages that it could have sent: the next relay sends them. */
  readonly relayed?: { readonly sent: number; readonly cutOff: boolean };
  /** How the part's unfinished background tasks ended. */
  readonly tasks?: Omit<DrainReport, 'abandoned' | 'durationMs'>;
}

/** A part of a service that must be closed. */
export interface Closable {
  readonly name: string;
  /**
   * Closes the part within `timeout` milliseconds. It may resolve with its report; what is still open after the
   * timeout is abandoned.
   */
  readonly close: (timeout: number) => Promise<PartDetails | void> | void;
  /** The work in flight, asked for when `close` does not end in time. @default names nothing but the part itself */
  readonly inFlight?: () => readonly TaskSummary[];
}

/** The outcome of one part. */
export interface PartReport extends PartDetails {
  readonly stage: Stage;
  readonly part: string;
  /** `abandoned`: it, or its work, had not ended in time; `failed`: closing it threw. */
  readonly outcome: 'done' | 'abandoned' | 'failed';
  readonly durationMs: number;
  /** Why closing failed. */
  readonly error?: string;
}

/** The share of the whole time that is kept for each later stage: a stage that hangs must not use up the others' time. */
const share = 0.1;

/** The parts of a service, closed stage by stage; the parts of one stage at the same time. */
export class Shutdown {
  readonly #parts = new Map<Stage, Closable[]>();

  /** Adds a part for {@link run} to close. Call it as soon as there is something to close. */
  add(stage: Stage, part: Closable): void {
    const parts = this.#parts.get(stage);
    if (parts === undefined) this.#parts.set(stage, [part]);
    else parts.push(part);
  }

  /**
   * Closes all parts within `timeout` milliseconds together. Each stage may use the time that the ones before it left, except for a
   * tenth of the whole for each one that comes after it. Never rejects.
   */
  async run(timeout: number): Promise<readonly PartReport[]> {
    const end = performance.now() + timeout;
    const reports: PartReport[] = [];
    for (const [index, stage] of stages.entries()) {
      // Read at its turn: a start that ends late may still have added parts.
      const parts = this.#parts.get(stage) ?? [];
      const kept = share * timeout * (stages.length - 1 - index);
      const rest = Math.max(0, Math.floor(end - performance.now() - kept));
      reports.push(...(await Promise.all(parts.map((part) => close(stage, part, rest)))));
    }
    return reports;
  }
}

async function close(stage: Stage, { name, close: closePart, inFlight }: Closable, timeout: number): Promise<PartReport> {
  const began = performance.now();
  const report = (outcome: PartReport['outcome'], details: Partial<PartReport> = {}): PartReport => ({
    stage,
    part: name,
    outcome,
    durationMs: Math.round(performance.now() - began),
    ...details,
  });
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(resolve, timeout, 'late');
  try {
    const left = await Promise.race([closePart(timeout), late]);
    if (left === 'late') return report('abandoned', { abandoned: inFlight?.() ?? [] });
    return report((left?.abandoned ?? []).length === 0 ? 'done' : 'abandoned', left ?? {});
  } catch (error) {
    return report('failed', { error: error instanceof Error ? error.message : String(error) });
  } finally {
    clearTimeout(timer);
  }
}
