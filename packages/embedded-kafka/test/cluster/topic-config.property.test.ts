import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalValue } from '../../src/cluster/config-value.ts';
import { topicConfigProblem, topicConfigs } from '../../src/cluster/topic-config.ts';

/** The numbers that Apache Kafka 4.4 allows. */
const ranges: Readonly<Record<string, (value: bigint) => boolean>> = {
  'compression.gzip.level': (value) => value === -1n || (value >= 1n && value <= 9n),
  'compression.lz4.level': (value) => value >= 1n && value <= 17n,
  'compression.zstd.level': (value) => value >= -131_072n && value <= 22n,
  'local.retention.bytes': (value) => value >= -2n && value < 2n ** 63n,
  'local.retention.ms': (value) => value >= -2n && value < 2n ** 63n,
  'max.decompressed.message.bytes': (value) => value >= 1n && value <= 2_147_483_639n,
  'remote.copy.lag.bytes': (value) => value >= -1n && value < 2n ** 63n,
  'remote.copy.lag.ms': (value) => value >= -1n && value < 2n ** 63n,
};
const booleans = [
  'errors.deadletterqueue.group.enable',
  'remote.log.copy.disable',
  'remote.log.delete.on.disable',
  'remote.storage.enable',
] as const;

const spaces = fc.stringMatching(/^[ \t]{0,2}$/);
/** Numbers around every limit, and far from it. */
const number = fc
  .tuple(fc.constantFrom(0n, -131_072n, 2n ** 31n, -(2n ** 31n), 2n ** 63n, -(2n ** 63n)), fc.bigInt({ min: -40n, max: 40n }))
  .map(([limit, distance]) => limit + distance);

const shown = (name: string, value: string): string => canonicalValue(topicConfigs[name]!, value);

describe('the values of topic configs', () => {
  for (const [name, allows] of Object.entries(ranges)) {
    it(`accept exactly the numbers that ${name} allows, however they are written`, () => {
      fc.assert(
        fc.property(number, fc.integer({ min: 0, max: 3 }), spaces, spaces, (value, zeros, before, after) => {
          const sign = value < 0n ? '-' : zeros > 1 ? '+' : '';
          const digits = String(value < 0n ? -value : value);
          const text = `${before}${sign}${'0'.repeat(zeros)}${digits}${after}`;
          expect(topicConfigProblem(name, text)?.error).to.equal(allows(value) ? undefined : 'INVALID_CONFIG');
          if (allows(value)) expect(shown(name, text)).to.equal(String(value));
        }),
      );
    });
  }

  for (const name of booleans) {
    it(`accept true and false for ${name} in any case, and nothing else`, () => {
      const letters = fc
        .constantFrom('true', 'false')
        .chain((word) =>
          fc.tuple(...Array.from(word, (letter) => fc.constantFrom(letter, letter.toUpperCase()))).map((chosen) => chosen.join('')),
        );
      fc.assert(
        fc.property(letters, spaces, fc.string(), (word, space, other) => {
          expect(topicConfigProblem(name, `${space}${word}${space}`)).to.equal(undefined);
          expect(shown(name, `${space}${word}`)).to.equal(word.toLowerCase());
          expect(topicConfigProblem(name, `${word}${other}.`)?.error).to.equal('INVALID_CONFIG');
        }),
      );
    });
  }

  it('accept every default, and show it unchanged', () => {
    for (const [name, definition] of Object.entries(topicConfigs)) {
      expect(topicConfigProblem(name, definition.default), name).to.equal(undefined);
      expect(shown(name, definition.default)).to.equal(definition.default);
    }
  });
});
