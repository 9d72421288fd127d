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
  /** The smallest allowed number. */
  readonly min?: number;
}

/** The definition of a config that has a default. */
type WithDefault = ConfigDefinition & { readonly default: string };

/** A whole number of 64 bits. */
export const long = (value: string, min = 0): WithDefault => ({ type: 'LONG', default: value, min });
/** A whole number of 32 bits. */
export const int = (value: string, min = 0): WithDefault => ({ type: 'INT', default: value, min });
/** A list; without `values`, of anything. */
export const list = (value: string, ...values: string[]): WithDefault =>
  values.length === 0 ? { type: 'LIST', default: value } : { type: 'LIST', default: value, values };

/** Why a value is invalid, as a message for the client; `undefined` when it is valid. */
export function valueProblem({ type, values, min }: ConfigDefinition, name: string, value: string): string | undefined {
  const wrong = `Invalid value ${value} for configuration ${name}`;
  if (type === 'LIST') {
    const unknown = value.split(',').find((element) => values !== undefined && !values.includes(element.trim()));
    return unknown === undefined ? undefined : `${wrong}: String must be one of: ${values?.join(', ')}`;
  }
  if (values !== undefined) return values.includes(value) ? undefined : `${wrong}: String must be one of: ${values.join(', ')}`;
  if (type === 'STRING') return undefined;
  if (type === 'DOUBLE' ? !/^\d+(\.\d+)?$/.test(value) : !/^-?\d+$/.test(value)) return `${wrong}: Not a number of type ${type}`;
  return Number(value) < (min ?? 0) ? `${wrong}: Value must be at least ${min}` : undefined;
}
