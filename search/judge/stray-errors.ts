import { AsyncLocalStorage } from 'node:async_hooks';

/** Uncaught errors: exceptions in timers, unhandled rejections. */
export class StrayErrors {
  readonly #errors: unknown[] = [];

  add(error: unknown): void {
    this.#errors.push(error);
  }

  /** As texts, each once. */
  get texts(): readonly string[] {
    return [...new Set(this.#errors.map((error) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))))];
  }
}

const owner = new AsyncLocalStorage<StrayErrors>();

/** Runs `work`; errors that it or anything that it started leaves uncaught go to `strays`, also after it has ended. */
export function collectingStrays<T>(strays: StrayErrors, work: () => Promise<T>): Promise<T> {
  return owner.run(strays, work);
}

/** For the whole process; an error outside {@link collectingStrays} ends it, as usual. */
export function catchStrayErrors(): void {
  const take = (error: unknown): void => {
    const strays = owner.getStore();
    if (strays === undefined) {
      console.error(error);
      process.exit(1);
    }
    strays.add(error);
  };
  process.on('uncaughtException', take);
  process.on('unhandledRejection', take);
}
