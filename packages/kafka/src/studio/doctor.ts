import type { Diagnosis, DiagnosisRequest, DoctorProvider, Finding, ProviderRun } from '@tracelink/studio';
import { studioBackEnd } from '../doctor/back-ends/back-ends.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { Diagnosis as Found, Finding as FoundFinding } from '../doctor/diagnosis.ts';
import type { ClientMaker } from '../client/client-maker.ts';

/** Where the pages are that rules name. */
export const docsAddress = 'https://github.com/tracelink/tracelink/blob/main/docs/';

/** The doctor, for the page of the studio. */
export class Doctor implements DoctorProvider {
  readonly #kafka: ClientMaker;

  constructor(kafka: ClientMaker) {
    this.#kafka = kafka;
  }

  /** @throws what `diagnose` throws */
  async diagnose({ topics, last, studioUrl }: DiagnosisRequest, { signal, progress }: ProviderRun): Promise<Diagnosis> {
    let read = 0;
    const found = await diagnose(this.#kafka, {
      ...(topics !== undefined && { topics }),
      ...(last !== undefined && { last }),
      ...(studioUrl !== undefined && { backEnd: studioBackEnd(studioUrl) }),
      signal,
      onRecord: (topic) => progress(`${++read} records read, now of ${topic}`),
    });
    return shownDiagnosis(found);
  }
}

function shownDiagnosis({ healthy, partial, records, topics }: Found): Diagnosis {
  const shown = topics.map(({ topic, findings, ...counts }) => ({
    topic,
    records: counts.records,
    withContext: counts.withContext,
    unreadPartitions: counts.unreadPartitions,
    ...(counts.tracesAsked !== undefined && { tracesAsked: counts.tracesAsked }),
    senders: counts.senders,
    formats: counts.formats,
    findings: findings.map(shownFinding),
  }));
  return { healthy, partial, records, topics: shown };
}

function shownFinding({ docs, examples, ...finding }: FoundFinding): Finding {
  return {
    ...finding,
    docs: `${docsAddress}${docs}`,
    examples: examples.map(({ partition, offset, seen, value, key }) => ({ partition, offset, seen, value, key })),
  };
}
