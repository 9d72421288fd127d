import { gzip, type ProducerPort } from '../client/port/engine-clients.ts';
import { isTooLarge } from '../client/port/kafka-error.ts';

/**
 * A record that was consumed may have come compressed, and a topic's limit is on the compressed size: what is refused for its size is sent
 * once more, compressed.
 *
 * @param send a producer's
 */
export function compressedIfTooLarge(send: ProducerPort['send']): ProducerPort['send'] {
  return async (records) => {
    try {
      return await send(records);
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      return send({ ...records, compression: gzip });
    }
  };
}
