import { AsyncLocalStorage } from 'node:async_hooks';

/** What nobody caught: exceptions in timers, rejections that no one handles. */
export class StrayErrors {
  readonly #errors: unknown[] = [];

  add(error: unknown): void {
    this.#errors.push(error);
  }

  /** In words, each once. */
  get texts(): readonly string[] {
    return [...new Set(this.#errors.map((error) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))))];
  }
}

const owner = new AsyncLocalStorage<StrayErrors>();

/** Runs `work`; what it or anything that it started leaves uncaught goes to `strays`, also after it has ended. */
export function collectingStrays<T>(strays: StrayErrors, work: () => Promise<T>): Promise<T> {
  return owner.run(strays, work);
}

/** For the whole process; what belongs to no {@link collectingStrays} ends it, as ever. */
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
