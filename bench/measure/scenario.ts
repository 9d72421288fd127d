/**
 * What is laid beside each other. `ours` uses its own B3 codec, `ours-global` the global B3 propagator of OpenTelemetry, which is
 * also what `contrib` (`@opentelemetry/instrumentation-kafkajs`) uses.
 */
export const libraries = ['bare', 'ours', 'ours-global', 'contrib'] as const;
export type Library = (typeof libraries)[number];

/** A library, or the same spans written by hand for one message. */
export type Contender = Library | 'by-hand';

/** How OpenTelemetry is set up; `metrics` is `sampled` with a real meter provider, the others have none. */
const modes = ['sampled', 'metrics', 'unsampled', 'none'] as const;
export type Mode = (typeof modes)[number];

/** What is done with the client, and how many messages one call of it is about. */
export const cases = {
  'send-1': { title: 'send of 1', messages: 1 },
  'send-100': { title: 'send of 100', messages: 100 },
  'each-message': { title: 'eachMessage', messages: 1 },
  'each-batch-100': { title: 'eachBatch of 100', messages: 100 },
  'send-1-headers': { title: 'send of 1, application header', messages: 1 },
  'send-100-headers': { title: 'send of 100, application header', messages: 100 },
  'forward-1': { title: 'eachMessage that sends one', messages: 1 },
  'for-each-100': { title: 'eachBatch of 100, message by message', messages: 100 },
} as const;
export type CaseName = keyof typeof cases;
export const caseNames: readonly CaseName[] = Object.keys(cases) as CaseName[];

/** The modes that a case is measured in: a variant of another case shows in one what it has to show. */
export function modesOf(name: CaseName): readonly Mode[] {
  return name.endsWith('-headers') || name === 'forward-1' || name === 'for-each-100' ? ['sampled'] : modes;
}

/** What is laid beside each other in a mode: where the codec does not matter, ours is measured with one. */
export function contendersOf(name: CaseName, mode: Mode): readonly Contender[] {
  const beside = mode === 'sampled' ? libraries : libraries.filter((library) => library !== 'ours');
  return isWrittenByHand(name, mode) ? [...beside, 'by-hand'] : beside;
}

/** One message, where the SDK is most of what tracing costs. */
function isWrittenByHand(name: CaseName, mode: Mode): boolean {
  return (name === 'send-1' || name === 'each-message') && (mode === 'sampled' || mode === 'unsampled');
}
