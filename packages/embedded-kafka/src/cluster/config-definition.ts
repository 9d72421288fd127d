/** The config types of DescribeConfigs and their numbers. Source: Kafka's `DescribeConfigsResponse.ConfigType`. */
export const configTypes = { UNKNOWN: 0, BOOLEAN: 1, STRING: 2, INT: 3, LONG: 5, DOUBLE: 6, LIST: 7 } as const;

/** Where the value of a config comes from. Source: Kafka's `DescribeConfigsResponse.ConfigSource`. */
export const configSources = { topic: 1, broker: 2, clusterWide: 3, atStart: 4, default: 5, group: 8 } as const;

/** The definition of one config. */
export interface ConfigDefinition {
  readonly type: keyof typeof configTypes;
  /** Null when the config has no value of its own. */
  readonly default: string | null;
  /** The allowed values of an enumeration; for a list, the allowed elements. */
  readonly values?: readonly string[];
  /** The smallest allowed number. @default that of the type */
  readonly min?: number;
  /** The largest allowed number. @default that of the type */
  readonly max?: number;
  /** What a value of the type must satisfy besides, in its canonical form. @default nothing */
  readonly format?: ConfigFormat;
}

/** A rule for values that neither a range nor an enumeration expresses. */
interface ConfigFormat {
  readonly pattern: RegExp;
  /** What the broker tells a client whose value does not match. */
  readonly message: string;
}

/** The definition of a config that has a default. */
type WithDefault = ConfigDefinition & { readonly default: string };

/** A whole number of 64 bits. */
export const long = (value: string, min = 0): WithDefault => ({ type: 'LONG', default: value, min });
/** A whole number of 32 bits. */
export const int = (value: string, min = 0): WithDefault => ({ type: 'INT', default: value, min });
/** Either true or false. */
export const boolean = (value: 'true' | 'false'): WithDefault => ({ type: 'BOOLEAN', default: value });
/** One of several words; without `values`, any text. */
export const string = (value: string, ...values: string[]): WithDefault => ({ type: 'STRING', default: value, ...restriction(values) });
/** A list; without `values`, of anything. */
export const list = (value: string, ...values: string[]): WithDefault => ({ type: 'LIST', default: value, ...restriction(values) });

function restriction(values: readonly string[]): Pick<ConfigDefinition, 'values'> {
  return values.length === 0 ? {} : { values };
}
