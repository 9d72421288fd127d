/** A producer id and the epoch that distinguishes its incarnations. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** No producer id and no epoch. */
export const noProducer: ProducerIdentity = { producerId: -1, producerEpoch: -1 };

/** The last epoch that a producer receives. One more epoch remains, with which the broker fences that producer. */
const lastEpoch = 32_766;

/**
 * The producer id and epoch of one transactional id: only the newest incarnation may write.
 * Source: KIP-98, and KIP-360 for producers that request a new epoch of their own id.
 */
export class ProducerEpochs {
  readonly #allocateProducerId: () => number;
  #current: ProducerIdentity;
  /** The identity that requested the current one: a repeated request receives the same response. */
  #askedBy: ProducerIdentity = noProducer;

  constructor(allocateProducerId: () => number) {
    this.#allocateProducerId = allocateProducerId;
    this.#current = { producerId: allocateProducerId(), producerEpoch: -1 };
  }

  get current(): ProducerIdentity {
    return this.#current;
  }

  /** Whether `asking` may have the next epoch; {@link noProducer} is a producer that starts. */
  mayAdvance(asking: ProducerIdentity): boolean {
    const { producerId, producerEpoch } = this.#current;
    return asking.producerId === -1 || producerEpoch === -1 || (asking.producerId === producerId && asking.producerEpoch === producerEpoch);
  }

  /** Whether `asking` received the current identity already, and only the response was lost. */
  isRepeated(asking: ProducerIdentity): boolean {
    const { producerId, producerEpoch } = this.#askedBy;
    return producerId !== -1 && asking.producerId === producerId && asking.producerEpoch === producerEpoch;
  }

  /** Returns the next epoch, or the first epoch of a new producer id when this one has none left. */
  advance(asking: ProducerIdentity): ProducerIdentity {
    const { producerId, producerEpoch } = this.#current;
    // A request without an epoch cannot be recognised when it is repeated: the next one is another producer.
    this.#askedBy = producerEpoch === -1 ? noProducer : asking;
    this.#current =
      producerEpoch < lastEpoch
        ? { producerId, producerEpoch: producerEpoch + 1 }
        : { producerId: this.#allocateProducerId(), producerEpoch: 0 };
    return this.#current;
  }

  /** Fences the current incarnation: no producer receives the new epoch. */
  fence(): void {
    const { producerId, producerEpoch } = this.#current;
    this.#askedBy = noProducer;
    this.#current = { producerId, producerEpoch: producerEpoch + 1 };
  }
}
