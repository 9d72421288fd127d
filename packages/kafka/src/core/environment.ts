import { givenOptions } from './option-rules.ts';

/** The options of the wrappers that an operator may set by the environment. */
export interface EnvironmentOptions {
  readonly semconv?: '1.45' | '1.44' | 'dup';
  readonly messageKey?: boolean;
  readonly relation?: 'parent' | 'link';
  readonly parentLink?: boolean;
  readonly linkLimit?: number;
  readonly traceLimits?: { readonly maxHops?: number; readonly maxAge?: number };
  readonly agentContext?: 'beside' | 'withhold' | 'instead';
  /** `deadLetter.errorText` of `subscribe`. */
  readonly errorText?: boolean;
}

/** A variable of the environment. */
interface Variable {
  /** The option that it sets. */
  readonly option: string;
  /** What its value must be. */
  readonly must: string;
  /** @returns what it sets; `undefined` for a value that it cannot have */
  readonly read: (value: string) => EnvironmentOptions | undefined;
  /** What a value that it cannot have sets. @default nothing: the option has its default */
  readonly otherwise?: EnvironmentOptions;
}

const conventions = ['1.45', '1.44', 'dup'] as const;
const relations = ['parent', 'link'] as const;
const agentContexts = ['beside', 'withhold', 'instead'] as const;

/** The one table of variables. Of two that set the same option, the later one counts. */
export const environmentVariables: Readonly<Record<string, Variable>> = {
  OTEL_SEMCONV_STABILITY_OPT_IN: {
    option: 'semconv',
    must: 'a list with commas; `messaging/dup` in it is `dup`',
    // The list is that of all instrumentation in the process. A package without a past writes the current names unless asked for both.
    read: (value) => ({ semconv: words(value).includes('messaging/dup') ? 'dup' : '1.45' }),
  },
  TRACELINK_KAFKA_SEMCONV: { option: 'semconv', ...oneOf(conventions, (semconv) => ({ semconv })) },
  TRACELINK_KAFKA_MESSAGE_KEY: {
    option: 'messageKey',
    ...oneOf(['true', 'false'], (messageKey) => ({ messageKey: messageKey === 'true' })),
    // Who set it thought of personal data: a misspelt "false" must not write any.
    otherwise: { messageKey: false },
  },
  TRACELINK_KAFKA_RELATION: { option: 'relation', ...oneOf(relations, (relation) => ({ relation })) },
  TRACELINK_KAFKA_PARENT_LINK: {
    option: 'parentLink',
    ...oneOf(['true', 'false'], (parentLink) => ({ parentLink: parentLink === 'true' })),
  },
  TRACELINK_KAFKA_LINK_LIMIT: { option: 'linkLimit', ...wholeNumber(0, (linkLimit) => ({ linkLimit })) },
  TRACELINK_KAFKA_MAX_HOPS: { option: 'traceLimits.maxHops', ...wholeNumber(1, (maxHops) => ({ traceLimits: { maxHops } })) },
  TRACELINK_KAFKA_MAX_AGE: { option: 'traceLimits.maxAge', ...wholeNumber(1, (maxAge) => ({ traceLimits: { maxAge } })) },
  TRACELINK_KAFKA_AGENT_CONTEXT: { option: 'agentContext', ...oneOf(agentContexts, (agentContext) => ({ agentContext })) },
  TRACELINK_KAFKA_ERROR_TEXT: {
    option: 'deadLetter.errorText',
    ...oneOf(['true', 'false'], (errorText) => ({ errorText: errorText === 'true' })),
    otherwise: { errorText: false },
  },
};

/**
 * The options that the environment sets. Values are read in any case, and spaces around them are ignored; an empty one sets nothing. A value
 * that a variable cannot have is named in a process warning, once, and sets nothing: a typing error must not keep a service from starting.
 */
export function environmentOptions(environment: Readonly<Record<string, string | undefined>>): EnvironmentOptions {
  let options: EnvironmentOptions = {};
  for (const [name, { must, read, otherwise = {} }] of Object.entries(environmentVariables)) {
    const value = environment[name]?.trim().toLowerCase() ?? '';
    if (value === '') continue;
    const found = read(value);
    if (found === undefined) warn(name, environment[name] as string, must, otherwise);
    const { traceLimits, ...others } = found ?? otherwise;
    options = { ...options, ...others, ...(traceLimits && { traceLimits: { ...options.traceLimits, ...traceLimits } }) };
  }
  return options;
}

/** `deadLetter.errorText` as the environment has it; `undefined` where it does not say. */
export function errorTextFromEnvironment(): boolean | undefined {
  return environmentOptions(process.env).errorText;
}

/** The tracing options of the code with those of the environment in the places where the code has none. */
export function withEnvironment<O extends object>(options: O): O {
  const { traceLimits, errorText: _ofSubscribe, ...found } = environmentOptions(process.env);
  if (traceLimits === undefined && Object.keys(found).length === 0) return options;
  const given: EnvironmentOptions = givenOptions(options);
  return { ...found, ...given, ...(traceLimits && { traceLimits: { ...traceLimits, ...given.traceLimits } }) } as unknown as O;
}

function words(list: string): readonly string[] {
  return list.split(',').map((word) => word.trim());
}

function oneOf<V extends string>(values: readonly V[], set: (value: V) => EnvironmentOptions): Pick<Variable, 'must' | 'read'> {
  return {
    must: values.map((value) => `\`${value}\``).join(' or '),
    read(text) {
      const value = values.find((each) => each === text);
      return value === undefined ? undefined : set(value);
    },
  };
}

function wholeNumber(least: number, set: (value: number) => EnvironmentOptions): Pick<Variable, 'must' | 'read'> {
  return {
    must: `a whole number from ${least}`,
    read(text) {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      return Number.isSafeInteger(value) && value >= least ? set(value) : undefined;
    },
  };
}

const warned = new Set<string>();

/** Not through `diag`, which no one may listen to: an operator sets the environment, and reads stderr. */
function warn(name: string, value: string, must: string, otherwise: EnvironmentOptions): void {
  const kind = `${name}=${value}`;
  if (warned.has(kind)) return;
  warned.add(kind);
  const instead = Object.keys(otherwise).length === 0 ? 'it is ignored' : `it counts as ${String(Object.values(otherwise)[0])}`;
  process.emitWarning(`the environment variable ${name} is ${JSON.stringify(value)}: it must be ${must.replaceAll('`', '')}; ${instead}`, {
    code: 'TRACELINK_ENVIRONMENT',
  });
}
