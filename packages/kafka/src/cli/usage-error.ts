/** What is wrong with the command line, in a sentence for who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
