import { diag } from '@opentelemetry/api';
import { errorMessage, errorType } from './thrown-value.ts';

/** What is known of a fault beside what failed and why. */
interface FaultDetails {
  /** Counts its faults for itself: the fault of one must not hide another's. @default the process */
  readonly owner?: object | undefined;
  /** What tells this fault from others of its kind, such as a trace id. @default nothing */
  readonly detail?: string;
}

/** What a package says through OpenTelemetry's `diag`. None of it throws, whatever the logger does. */
export interface Diagnostics {
  /**
   * Runs code that must not change what the application does: what it throws is logged, see {@link logError}, and goes no further.
   *
   * @param subject what failed, as a reader of the log would call it
   * @returns what `run` returns, `undefined` when it threw
   */
  readonly guard: <T>(subject: string, run: () => T, owner?: object) => T | undefined;
  /**
   * Logs what went wrong and why, as an error. A kind of fault, which is `what` and the error's type, is logged the first time and then
   * counted: the log has one more line at the 10th, the 100th, the 1000th time, with the count.
   */
  readonly logError: (what: string, error: unknown, details?: FaultDetails) => void;
  /** Logs a warning, once for each subject and owner. */
  readonly warnOnce: (subject: string, text: string, owner?: object) => void;
}

const wholeProcess = processWide('@tracelink/context.process.1', () => ({}));

// A task that is named by an id makes a kind of fault of each: those beyond this many count as one.
const mostKinds = 100;

/** @param name of the package, as `diag` has it in front of each line. Its copies in the process count together. */
export function diagnosticsOf(name: string): Diagnostics {
  const logger = diag.createComponentLogger({ namespace: name });
  const faults = processWide(`${name}.faults.1`, () => new Counts());
  const warnings = processWide(`${name}.warnings.1`, () => new Counts());
  const logError: Diagnostics['logError'] = (what, error, { owner = wholeProcess, detail = '' } = {}) => {
    const count = faults.add(owner, `${what}: ${errorType(error)}`);
    if (!/^10*$/.test(String(count))) return;
    const times = count === 1 ? '' : ` (${count} times by now)`;
    say(() => logger.error(`${what}${times}${detail}: ${errorMessage(error)}`));
  };
  return {
    logError,
    guard: (subject, run, owner) => {
      try {
        return run();
      } catch (error) {
        logError(`${subject} failed; the work itself is not affected`, error, { owner });
        return undefined;
      }
    },
    warnOnce: (subject, text, owner = wholeProcess) => {
      if (warnings.add(owner, subject) === 1) say(() => logger.warn(text));
    },
  };
}

/** How often something occurred, by owner and kind. */
class Counts {
  readonly #counts = new WeakMap<object, Map<string, number>>();

  /** @returns the count, this time included */
  add(owner: object, kind: string): number {
    let counts = this.#counts.get(owner);
    if (counts === undefined) this.#counts.set(owner, (counts = new Map()));
    const counted = counts.has(kind) || counts.size < mostKinds ? kind : 'others';
    const count = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, count);
    return count;
  }
}

/** A logger is the user's, too: where it throws, no one is left to tell. */
function say(write: () => void): void {
  try {
    write();
  } catch {}
}

const own = diagnosticsOf('@tracelink/context');

export const guard: Diagnostics['guard'] = own.guard;
export const logError: Diagnostics['logError'] = own.logError;

/**
 * Calls a function of the user's and waits for what it returns: what it throws or rejects with goes to OpenTelemetry's `diag` and no
 * further. Never rejects.
 *
 * @param subject what failed, as a reader of the log would call it
 * @param owner whose function it is: the fault of one must not hide another's; by default that of the process
 */
export async function guardCallback(subject: string, callback: () => unknown, owner?: object): Promise<void> {
  try {
    await callback();
  } catch (error) {
    logError(`${subject} failed`, error, { owner });
  }
}

/**
 * The one object of that name in the process. Two copies of a package are common: an ES module and a CommonJS one of the same version, or
 * two that were installed. The copy that asks first makes it, and the others find it.
 *
 * @param name with the package in front and a number at the end, which is raised when the object's shape changes: copies of other versions
 *   share what they can read, and nothing else
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const registry = globalThis as { [key: symbol]: T | undefined };
  const key = Symbol.for(name);
  let shared = registry[key];
  if (shared === undefined) {
    shared = make();
    // As the API's own registry: no loop over the global object shows it.
    Object.defineProperty(registry, key, { value: shared });
  }
  return shared;
}

/**
 * Warns, once, where a package is in the process in two versions: between them an object that has changed its shape is not shared. Two copies
 * of one version are as one.
 */
export function announceVersion(packageName: string, version: string): void {
  const versions = processWide(`${packageName}.versions.1`, () => new Set<string>());
  if (versions.has(version) || versions.add(version).size !== 2) return;
  process.emitWarning(
    `${packageName} is in this process in the versions ${[...versions].join(' and ')}: what one does, the other may not know. ` +
      `Install one version for all: npm ls ${packageName}`,
    { code: 'TRACELINK_TWO_VERSIONS' },
  );
}
