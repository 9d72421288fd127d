import type { EachBatchPayloadLike, RunConfigLike } from '../port/consumer-adapter.ts';

/** The members of a payload that are told otherwise than the client does. */
type Payload = { -readonly [K in keyof Pick<EachBatchPayloadLike, 'isRunning'>]: EachBatchPayloadLike[K] };

/**
 * What the application has given, in the way in which kafkajs reads it: of `eachBatchAutoResolve` this client (1.10.1) takes its default
 * only where it is absent, and `undefined` for `false`. The wrapper resolves batches itself and has to know.
 *
 * @returns `config` itself where it says what kafkajs would understand
 */
export function asGiven(config: RunConfigLike): RunConfigLike {
  if (!Object.hasOwn(config, 'eachBatchAutoResolve')) return config;
  return config.eachBatchAutoResolve === undefined ? { ...config, eachBatchAutoResolve: false } : config;
}

/**
 * The configuration for the client. Its batches say that it runs for as long as they are handled, also while it waits for them to
 * disconnect: `forEachMessage` is to stop then, as on kafkajs.
 *
 * @param config with the traced handler
 * @param isDisconnecting asked whenever a batch is asked whether the client runs
 */
export function untilDisconnected(config: RunConfigLike, isDisconnecting: () => boolean): RunConfigLike {
  const { eachBatch } = config;
  if (eachBatch === undefined) return config;
  return {
    ...config,
    eachBatch: (payload) => {
      tellOfDisconnect(payload, isDisconnecting);
      return eachBatch(payload);
    },
  };
}

/** Into the client's own object, which is one for each batch: it also finds in it what was resolved. */
function tellOfDisconnect(payload: Payload, isDisconnecting: () => boolean): void {
  const isRunning = payload.isRunning.bind(payload);
  payload.isRunning = () => !isDisconnecting() && isRunning();
}
