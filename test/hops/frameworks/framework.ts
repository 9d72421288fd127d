import type { Command } from '../../clients/support/client.ts';

/** Environment variables that change what a framework does with trace headers; none: as it comes. */
export type Setting = Readonly<Record<string, string>>;

/** The composite that reads and writes both, by the variable that every OpenTelemetry SDK knows. */
export const bothPropagators: Setting = { OTEL_PROPAGATORS: 'tracecontext,baggage,b3' };

/** Other software that takes records of one topic to another, traced as its users trace it. */
export interface Framework {
  /** The name of its program's folder and of its fixture; what `--only` takes. */
  readonly name: string;
  /** What the table calls it. */
  readonly title: string;
  /** What has to be installed for it, for the line that says why it was skipped. */
  readonly needs: string;
  /** Each is a run of its own. */
  readonly settings: readonly Setting[];
  /** The pinned versions of what it is made of. */
  versions(): Readonly<Record<string, string>>;
  /**
   * Installs and builds what is missing, which may take minutes the first time.
   *
   * @param setting what the program will run with, for a framework that takes it when it is built
   * @throws {Error} that says why the program cannot be had here
   */
  install(setting: Setting): Promise<Command>;
}

/** The setting's name in fixtures and tables. */
export function settingName(setting: Setting): string {
  const variables = Object.entries(setting).map(([name, value]) => `${name}=${value}`);
  return variables.length === 0 ? 'as it comes' : variables.join(' ');
}

/** The path of a file of a program. */
export function programFile(path: string): string {
  return `${import.meta.dirname}/../programs/${path}`;
}
