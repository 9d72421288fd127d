/** An id of a producer and the epoch that tells its incarnations apart. */
export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** What stands for no producer id and for no epoch. */
export const noProducer: ProducerIdentity = { producerId: -1, producerEpoch: -1 };

/** The last epoch that a producer gets. One more is left, by which the broker can fence that producer. */
const lastEpoch = 32_766;

/**
 * Who may write under one transactional id: the newest incarnation, and nobody before it.
 * Source: KIP-98, and KIP-360 for producers that ask for a new epoch of their own id.
 */
export class ProducerEpochs {
  readonly #allocateProducerId: () => number;
  #current: ProducerIdentity;
  /** The identity that asked for the current one, as long as its repeated request is to be answered alike. */
  #askedBy: ProducerIdentity = noProducer;

  constructor(allocateProducerId: () => number) {
    this.#allocateProducerId = allocateProducerId;
    this.#current = { producerId: allocateProducerId(), producerEpoch: -1 };
  }

  get current(): ProducerIdentity {
    return this.#current;
  }

  /** Whether `asking`, {@link noProducer} for a producer that starts, may have the next epoch. */
  mayAdvance(asking: ProducerIdentity): boolean {
    const { producerId, producerEpoch } = this.#current;
    return asking.producerId === -1 || producerEpoch === -1 || (asking.producerId === producerId && asking.producerEpoch === producerEpoch);
  }

  /** Whether `asking` got the current identity already, and only the answer was lost. */
  isRepeated(asking: ProducerIdentity): boolean {
    const { producerId, producerEpoch } = this.#askedBy;
    return producerId !== -1 && asking.producerId === producerId && asking.producerEpoch === producerEpoch;
  }

  /** Gives the next epoch, or the first of another id when this one has none left. */
  advance(asking: ProducerIdentity): ProducerIdentity {
    const { producerId, producerEpoch } = this.#current;
    // What a client asks with before there is an epoch is not from this broker: the next that asks so is another producer.
    this.#askedBy = producerEpoch === -1 ? noProducer : asking;
    this.#current =
      producerEpoch < lastEpoch
        ? { producerId, producerEpoch: producerEpoch + 1 }
        : { producerId: this.#allocateProducerId(), producerEpoch: 0 };
    return this.#current;
  }

  /** Takes the current epoch away from whoever has it; nobody gets the next. */
  fence(): void {
    const { producerId, producerEpoch } = this.#current;
    this.#askedBy = noProducer;
    this.#current = { producerId, producerEpoch: producerEpoch + 1 };
  }
}
