/** An APM agent that patches kafkajs in the process that tracelink runs in. */
export interface Agent {
  /** The name of its program's folder and of its fixture; what `--only` takes. */
  readonly name: string;
  /** What the table calls it. */
  readonly title: string;
  /** Options of node that start it. */
  readonly start: readonly string[];
  /** Environment variables that it needs to run without a back end. */
  readonly env: Readonly<Record<string, string>>;
  /** Each is a run of its own. */
  readonly settings: readonly Setting[];
  /** Whether tracelink's SDK can be installed beside it. @default true */
  readonly takesSdk?: boolean;
}

/** Environment variables that change what an agent does with kafkajs; none: as it comes. */
export type Setting = Readonly<Record<string, string>>;

/** The setting's name in fixtures and tables. */
export function settingName(setting: Setting): string {
  const variables = Object.entries(setting).map(([name, value]) => `${name}=${value}`);
  return variables.length === 0 ? 'as it comes' : variables.join(' ');
}

/** The path of a file of a program. */
export function programFile(path: string): string {
  return `${import.meta.dirname}/../programs/${path}`;
}
