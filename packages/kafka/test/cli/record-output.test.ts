import { expect } from 'chai';
import { dataOf, lineOf } from '../../src/cli/record-output.ts';
import { readDeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';

describe('the output of a dead-letter record', () => {
  const message = { offset: '7', key: null, value: null, timestamp: '1', attributes: 0, headers: {} };

  it('marks what is unknown when another program wrote the record', () => {
    const bare = readDeadLetterRecord('orders-dlt', 2, message);
    expect(lineOf(bare)).to.equal('2/7        1970-01-01T00:00:00Z (unknown) key (none), ? attempts, ?:  trace -');
    expect(dataOf(bare)).to.deep.equal({ ...bare, headers: {} });
  });

  it('has bytes as text where they are text, else as Base64, and every value of a repeated header', () => {
    const record = readDeadLetterRecord('orders-dlt', 0, {
      ...message,
      key: Buffer.from([0xff]),
      value: Buffer.from('tea'),
      headers: {
        [DeliveryHeader.ERROR_MESSAGE]: 'of two lines\nand more',
        [DeliveryHeader.ATTEMPTS]: ['2', Buffer.from('3')],
        [DeliveryHeader.REPLAYS]: 'many',
        empty: undefined,
        without: null as never,
        count: Buffer.from([0, 0, 0, 7]),
      },
    });
    expect(lineOf(record)).to.equal('0/7        1970-01-01T00:00:00Z (unknown) key base64:/w==, 3 attempts, ?: of two lines trace -');
    expect(dataOf(record)).to.deep.include({
      key: 'base64:/w==',
      value: 'tea',
      replays: 0,
      headers: {
        [DeliveryHeader.ERROR_MESSAGE]: 'of two lines\nand more',
        [DeliveryHeader.ATTEMPTS]: ['2', '3'],
        [DeliveryHeader.REPLAYS]: 'many',
        empty: null,
        without: null,
        count: 'base64:AAAABw==',
      },
    });
  });
});
