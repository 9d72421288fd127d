/** An error as a stack of Java tells it. */
interface JavaError {
  readonly errorClass: string;
  readonly errorMessage: string | undefined;
}

const cause = /^Caused by: ([\w$.]+)(?:: (.*))?$/gm;

/** The innermost cause in a stack of Java: frameworks wrap an error in theirs, and name the wrapper. */
export function innermostCause(stack: string | undefined): JavaError | undefined {
  const last = [...(stack ?? '').matchAll(cause)].at(-1);
  return last?.[1] === undefined ? undefined : { errorClass: last[1], errorMessage: last[2] };
}
