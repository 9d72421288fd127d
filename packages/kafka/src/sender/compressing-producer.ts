import { withLayer } from '../client/port/delegate.ts';
import { gzip, type ProducerPort } from '../client/port/engine-clients.ts';
import { isTooLarge } from '../client/port/kafka-error.ts';

/**
 * A record that was consumed may have come compressed, and a topic's limit is on the compressed size: what is refused for its size is sent
 * once more, compressed. A wrapper around this tells one send, with its last outcome.
 *
 * @param producer one that is not wrapped
 */
export function compressingProducer(producer: ProducerPort): ProducerPort {
  return withLayer(producer, 'send', (send) => async (records) => {
    try {
      return await send(records);
    } catch (error) {
      if (!isTooLarge(error) || records.compression !== undefined) throw error;
      return send({ ...records, compression: gzip });
    }
  });
}
