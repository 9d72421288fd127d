import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';

describe('the error codes', () => {
  it('are all that Apache Kafka 4.4 has, which leaves out no number', () => {
    const codes = Object.values(errorCodes);
    expect(codes).to.deep.equal(Array.from({ length: 138 }, (_, index) => index - 1));
    expect(errorCodes).to.include({ INCONSISTENT_TOPIC_ID: 103, TRANSACTION_ABORTABLE: 120, REBOOTSTRAP_REQUIRED: 129 });
  });
});
