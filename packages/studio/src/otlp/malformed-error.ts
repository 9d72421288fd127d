/** What was received is not what OTLP has there; the message says where. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';

  static at(member: string): MalformedError {
    return new MalformedError(`"${member}" is not what OTLP has there`);
  }
}
