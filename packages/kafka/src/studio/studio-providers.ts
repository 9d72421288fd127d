import type { DeadLetterProvider, DoctorProvider } from '@tracelink/studio';
import { checkOptions, oneOf, type Rule } from '../core/option-rules.ts';
import { clientsOf, type ClientMaker } from '../client/client-maker.ts';
import { ClusterDeadLetters } from './dead-letters.ts';
import { Doctor } from './doctor.ts';

/** Options of `studioProviders`. */
export interface StudioProvidersOptions {
  /** Whether the page may send records of dead-letter topics again; dry runs it makes anyway. @default false */
  readonly allowReplay?: boolean;
}

/** What `startStudio` of `@tracelink/studio` is handed. */
export interface StudioProviders {
  /** The topics with the names of dead-letter topics, and replays of their records as far as `allowReplay` lets it. */
  readonly deadLetters: DeadLetterProvider;
  /** `diagnose`, of all topics or of those that the page names. */
  readonly doctor: DoctorProvider;
}

const rules: Readonly<Record<keyof StudioProvidersOptions, Rule>> = { allowReplay: oneOf(true, false) };

/**
 * Lets the studio show the dead-letter topics of a cluster and what is wrong with its trace headers:
 * `startStudio({ ...studioProviders(kafka) })`. Nothing is read before the page asks for it, no group of yours is joined, and but for a
 * replay nothing is sent or committed.
 *
 * ```ts
 * const kafka = new Kafka({ brokers: ['localhost:9092'] });
 * await using studio = await startStudio({ ...studioProviders(kafka, { allowReplay: true }) });
 * ```
 *
 * @param kafka makes an admin client, a consumer and a producer for each question
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`
 */
export function studioProviders(kafka: ClientMaker, options: StudioProvidersOptions = {}): StudioProviders {
  const clients = clientsOf('studioProviders', kafka);
  checkOptions('studioProviders', options, rules);
  return { deadLetters: new ClusterDeadLetters(kafka, clients, options.allowReplay ?? false), doctor: new Doctor(kafka) };
}
