import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** How a test's client deviates from a correct one. */
interface Misbehaviour {
  readonly password?: string;
  readonly nonce?: string;
  readonly channelBinding?: string;
  readonly proof?: (right: Buffer) => Buffer;
}

export const clientFirst = 'n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL';

/** The final message of SCRAM-SHA-256 for the server's first message, as RFC 5802 computes it, or with one error. */
export function clientFinal(serverFirst: string, password: string, wrong: Misbehaviour = {}): { message: string; serverSignature: string } {
  const [, nonce = '', salt = '', iterations = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
  const salted = pbkdf2Sync(wrong.password ?? password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const withoutProof = `c=${wrong.channelBinding ?? 'biws'},r=${wrong.nonce ?? nonce}`;
  const signed = `${clientFirst.slice(3)},${serverFirst},${withoutProof}`;
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
  const right = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
  const message = `${withoutProof},p=${(wrong.proof?.(right) ?? right).toString('base64')}`;
  return { message, serverSignature: `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}` };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
