import type { Plan, PlannedRecord, Setup, Step } from './plan.ts';

/** A plan for a person to read, a line for the set-up and one for each step. */
export function describePlan({ setup, steps }: Plan): readonly string[] {
  return [`Set-up: ${describeSetup(setup)}`, ...steps.map((step, index) => `${String(index + 1).padStart(2)}. ${describeStep(step)}`)];
}

function describeSetup(setup: Setup): string {
  const { brokers, partitions, fromBeginning, keys, partitionsAtOnce, attempts, deadLetter, retryTopics, circuitBreaker } = setup;
  return [
    counted(brokers, 'broker'),
    partitions.map((count, index) => `topic ${index} with ${counted(count, 'partition')}`).join(' and '),
    `fromBeginning: ${fromBeginning}`,
    `${counted(keys, 'key')} and ${counted(partitionsAtOnce, 'partition')} at the same time`,
    counted(attempts, 'attempt'),
    deadLetter ? 'a dead-letter topic' : 'no dead-letter topic',
    retryTopics === 'none' ? 'no scheduled retries' : `${retryTopics} retries`,
    circuitBreaker ? 'circuit breaker' : 'no circuit breaker',
    `commits every ${setup.commitInterval} ms`,
  ].join(', ');
}

function describeStep(step: Step): string {
  const { do: name, ...rest } = step;
  if (step.do === 'send') return `send to topic ${step.topic}, partition ${step.partition}: ${step.records.map(describeRecord).join(', ')}`;
  if (step.do === 'recreate') {
    const records =
      step.refill === 'none' ? 'no records' : `${step.refill} records at once: ${step.records.map(describeRecord).join(', ')}`;
    return `recreate topic ${step.topic} with ${counted(step.partitions, 'partition')} after ${step.gap} ms, with ${records}`;
  }
  const details = Object.entries(rest).map(([key, value]) => `${key} ${String(value)}`);
  return details.length === 0 ? name : `${name} (${details.join(', ')})`;
}

function describeRecord({ key, fate, header }: PlannedRecord): string {
  return `${fate} of key ${key}${header === 'none' ? '' : ` with a ${header} header`}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
