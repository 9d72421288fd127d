/** The way in which work of a provider is watched and ended. */
export interface ProviderRun {
  /** Aborted when whoever asked for it has gone, or has enough. */
  readonly signal: AbortSignal;
  /** Tells how far it is, in a few words: `120 records read`. May be called for each record. */
  readonly progress: (words: string) => void;
}
