import type { ClientMaker } from '../client/client-maker.ts';
import { errorMessage } from '../core/error-type.ts';
import { shownBytes } from '../dead-letters/shown-bytes.ts';
import { diagnose, type DiagnoseOptions } from '../doctor/diagnose.ts';
import type { Diagnosis } from '../doctor/diagnosis.ts';
import type { DoctorAsked } from './doctor-arguments.ts';
import { reportOf } from './doctor-report.ts';
import { terminalJson } from './record-output.ts';
import { exitCodes, ProgressLine, type Terminal } from './terminal.ts';

/** Its exit codes, as those of programs that compare: an error is another one than a difference. */
export const doctorCodes = { ...exitCodes, healthy: 0, findings: 1, couldNotLook: 2 } as const;

/** @returns the exit code: 0 healthy, 1 findings, 2 it could not look */
export async function doctorCommand(
  kafka: ClientMaker,
  asked: DoctorAsked,
  signal: AbortSignal,
  { print, say }: Terminal,
): Promise<number> {
  const { topics, groups, last, backEnd, redact, json } = asked;
  // A line that no one watches is noise in a log.
  using progress = new ProgressLine(process.stderr.isTTY ? say : () => {});
  const given: DiagnoseOptions = {
    ...(topics !== undefined && { topics }),
    ...(groups !== undefined && { groups }),
    ...(last !== undefined && { last }),
    ...(backEnd !== undefined && { backEnd }),
    redact,
    signal,
    onRecord: () => progress.count('read'),
  };
  let diagnosis: Diagnosis;
  try {
    diagnosis = await diagnose(kafka, given);
  } catch (error) {
    if (signal.aborted) return doctorCodes.interrupted;
    say(`tracelink-kafka: ${errorMessage(error)}`);
    return doctorCodes.couldNotLook;
  }
  print(json ? jsonOf(diagnosis) : reportOf(diagnosis));
  if (signal.aborted) return doctorCodes.interrupted;
  if (diagnosis.topics.some(({ findings }) => findings.length > 0)) return doctorCodes.findings;
  return diagnosis.healthy ? doctorCodes.healthy : doctorCodes.couldNotLook;
}

/** Keys in the form in which records are shown everywhere. */
function jsonOf(diagnosis: Diagnosis): string {
  const topics = diagnosis.topics.map(({ findings, ...topic }) => ({
    ...topic,
    findings: findings.map(({ examples, ...finding }) => ({
      ...finding,
      examples: examples.map(({ key, ...example }) => (key === undefined ? example : { ...example, key: key && shownBytes(key) })),
    })),
  }));
  return terminalJson({ ...diagnosis, topics });
}
