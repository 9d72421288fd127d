import { expect } from 'chai';
import fc from 'fast-check';
import { AuthenticationError } from '../../src/security/exchange.ts';
import { parseClientFinal, parseClientFirst } from '../../src/security/scram-messages.ts';

describe('the SCRAM message parser', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }).filter((text) => !text.includes('\0') && text.isWellFormed());
  const nonce = fc.string({
    unit: fc.constantFrom(...Array.from('!"#$%&\'()*+-./0189:;<=>?@AZ[\\]^_`az{|}~')),
    minLength: 1,
    maxLength: 60,
  });
  const extension = fc
    .tuple(fc.stringMatching(/^[A-Za-z]{1,9}$/), fc.stringMatching(/^[ -+\x2d-~]{1,9}$/))
    .map(([key, value]) => `,${key}=${value}`);
  const extensions = fc.array(extension, { maxLength: 3 }).map((each) => each.join(''));
  const escaped = (text: string): string => text.replaceAll('=', '=3D').replaceAll(',', '=2C');

  it('returns any name and nonce of a first message, whatever is escaped in it', () => {
    fc.assert(
      fc.property(name, fc.option(name), nonce, extensions, (user, authorized, random, more) => {
        const gs2Header = `n,${authorized === null ? '' : `a=${escaped(authorized)}`},`;
        const bare = `n=${escaped(user)},r=${random}${more}`;
        expect(parseClientFirst(Buffer.from(gs2Header + bare))).to.deep.equal({
          gs2Header,
          user,
          authorized: authorized ?? undefined,
          nonce: random,
          bare,
        });
      }),
    );
  });

  it('returns the proof of a final message, and the part that the proof covers', () => {
    const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(bytes, nonce, extensions, bytes, (channelBinding, random, more, proof) => {
        const withoutProof = `c=${channelBinding.toString('base64')},r=${random}${more}`;
        const parsed = parseClientFinal(Buffer.from(`${withoutProof},p=${proof.toString('base64')}`));
        expect(parsed).to.deep.equal({ channelBinding, nonce: random, proof, withoutProof });
      }),
    );
  });

  it('rejects all other messages in linear time', () => {
    const rejects = (parse: (message: Buffer) => unknown, message: Buffer): void => {
      expect(() => parse(message)).to.throw(AuthenticationError);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (array) => rejects(parseClientFinal, Buffer.from(array))));
    for (const hostile of [
      'n,,n=a,r=b\0',
      'n,,n=a=,r=b',
      'n,,n=,r=b',
      'n,,n=a,r=',
      `n,,n=${'=2C'.repeat(2_000)},r=b`,
      'n,,m=x,n=a,r=b',
      'y,,n=a,r=b',
      'n,,n=a,r=b,e=',
      'n,,n=a,r=b,1=x',
    ])
      rejects(parseClientFirst, Buffer.from(hostile));
    for (const hostile of ['c=biws,r=x', 'c=*,r=x,p=AA==', 'c=biws,r=x,p=A', `c=biws,r=x${',e=y'.repeat(1_300)},p=`])
      rejects(parseClientFinal, Buffer.from(hostile));
  });
});
