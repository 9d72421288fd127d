import { AuthenticationError } from './exchange.ts';

/** The client's first message. Source of the grammar: RFC 5802, section 7. */
export interface ClientFirst {
  /**
   * `n,,`, optionally with an authorization id between the commas: no channel binding. The client's final message
   * repeats it.
   */
  readonly gs2Header: string;
  readonly user: string;
  readonly authorized: string | undefined;
  readonly nonce: string;
  /** The part of the message that the proof covers. */
  readonly bare: string;
}

/** The client's final message. */
export interface ClientFinal {
  /** The GS2 header, as the client repeats it. */
  readonly channelBinding: Buffer;
  readonly nonce: string;
  readonly proof: Buffer;
  /** The part of the message that the proof covers. */
  readonly withoutProof: string;
}

// A value has no comma and no NUL; a nonce is printable ASCII without commas; a name escapes "," and "=". As in Apache
// Kafka, `y` is rejected, and extension names may have any number of letters.
const first =
  /^(?<gs2>n,(?:a=(?<authorized>(?:[^,=\0]|=2C|=3D)+))?,)(?<bare>n=(?<user>(?:[^,=\0]|=2C|=3D)+),r=(?<nonce>[!-+\x2d-~]+)(?:,[A-Za-z]+=[^,\0]+)*)$/;
const base64 = '(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?';
const final = new RegExp(`^(?<without>c=(?<channel>${base64}),r=(?<nonce>[!-+\\x2d-~]+)(?:,[A-Za-z]+=[^,\\0]+)*),p=(?<proof>${base64})$`);

/** No client has a reason to send a longer message. */
const maxMessageLength = 4_096;

/** @throws {AuthenticationError} when the message is malformed */
export function parseClientFirst(message: Buffer): ClientFirst {
  const { gs2, bare, user, nonce, authorized } = groups<'gs2' | 'bare' | 'user' | 'nonce', 'authorized'>(first, message);
  return { gs2Header: gs2, authorized: authorized && unescaped(authorized), bare, user: unescaped(user), nonce };
}

/** @throws {AuthenticationError} when the message is malformed */
export function parseClientFinal(message: Buffer): ClientFinal {
  const { without, channel, nonce, proof } = groups<'without' | 'channel' | 'nonce' | 'proof'>(final, message);
  return { channelBinding: Buffer.from(channel, 'base64'), nonce, proof: Buffer.from(proof, 'base64'), withoutProof: without };
}

/** The named groups of a pattern; `Always` is present in every match. */
type Groups<Always extends string, Sometimes extends string> = Readonly<Record<Always, string> & Partial<Record<Sometimes, string>>>;

function groups<Always extends string, Sometimes extends string = never>(grammar: RegExp, message: Buffer): Groups<Always, Sometimes> {
  const found = message.length > maxMessageLength ? null : grammar.exec(message.toString('utf8'));
  if (found === null) throw new AuthenticationError('Authentication failed: the message is not one of SCRAM');
  return found.groups as Groups<Always, Sometimes>;
}

function unescaped(name: string): string {
  return name.replaceAll('=2C', ',').replaceAll('=3D', '=');
}
