import { TestingError } from '@tracelink/testing';
import { expect } from 'chai';

/** The error that an assertion throws. */
export function refusal(assertion: () => unknown): TestingError {
  try {
    assertion();
  } catch (error) {
    if (error instanceof TestingError) return error;
    throw error;
  }
  return expect.fail('was not refused');
}

/** What the refusal of a trace says before it draws the spans. */
export function complaint(assertion: () => unknown): string {
  const { code, message } = refusal(assertion);
  expect(code).to.equal('unexpected_trace');
  return message.slice('[unexpected_trace] '.length, message.indexOf('\nThere is'));
}

/** The error that a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<TestingError> {
  return promise.then(
    () => expect.fail('did not reject'),
    (error: unknown) => error as TestingError,
  );
}
