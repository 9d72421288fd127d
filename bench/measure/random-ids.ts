import { randomBytes } from 'node:crypto';

/** A trace id and a span id as an SDK draws them. Ids that count up are learnt by the branch predictor, and look cheap to check. */
export function randomIds(): { readonly traceId: string; readonly spanId: string } {
  return { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') };
}
