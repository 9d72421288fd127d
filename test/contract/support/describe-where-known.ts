import { kafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { skipped } from '../../clients/support/skipped.ts';

/** What an Apache Kafka before 4.0 does not have. */
interface NewerFeature {
  /** Ends the sentence "the image has no …". */
  readonly name: string;
  /** Whether the broker has it, by its own answer. */
  readonly isKnown: (broker: string) => Promise<boolean>;
}

const image = process.env['KAFKA_IMAGE'] ?? '';
const isOlder = /:[0-3]\./.test(image);

/** A suite of what an older broker has not: there it says so, and the run ends with the suite's name. */
export function describeWhereKnown({ name, isKnown }: NewerFeature, title: string, suite: () => void): void {
  if (!isOlder) return void describe(title, suite);
  skipped(title, `${image} has no ${name}`);
  describe(title, () => {
    it(`has nothing to ask of ${image}, whose feature it is not`, async () => {
      await using kafka = await kafkaUnderTest();
      expect(await isKnown(kafka.brokers[0] ?? '')).to.equal(false);
    });
  });
}
