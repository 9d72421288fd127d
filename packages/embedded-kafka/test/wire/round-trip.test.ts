import { expect } from 'chai';
import fc from 'fast-check';
import { apiNames, apiOf } from '../../src/wire/apis/apis.ts';
import { messageArbitrary } from './message-arbitrary.ts';
import { versionsOf } from './samples.ts';
import { decodeSample, encodeSample } from './sample-codec.ts';

describe('a message that is encoded and decoded in any version', () => {
  for (const api of apiNames) {
    for (const direction of ['request', 'response'] as const) {
      it(`is the same: ${api} ${direction}`, () => {
        for (const version of versionsOf(api)) {
          const messages = messageArbitrary(apiOf(api)[direction], version);
          fc.assert(
            fc.property(messages, (body) => {
              const frame = encodeSample({ api, direction, version, body });
              expect(decodeSample({ api, direction, version }, frame)).to.deep.equal(body);
            }),
            { numRuns: 25 },
          );
        }
      });
    }
  }
});
