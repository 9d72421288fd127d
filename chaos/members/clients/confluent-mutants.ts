import type { Mutant } from '../mutants.ts';
import type { Library, Position, Produced } from './confluent-shapes.ts';

/** A library that makes the errors of a mutant, whatever `subscribe` asks of it. */
export function mutated(library: Library, mutant: Mutant | undefined): Library {
  switch (mutant) {
    case 'metadata-lies':
      return { ...library, KafkaConsumer: lying(library) };
    case 'dead-letters-skipped':
      return { ...library, Producer: withoutErrors(library) };
    case 'commit-first':
    case 'keys-ignored':
    case 'clusters-alike':
      throw new Error(`No member on Confluent's client makes the error "${mutant}": its threads fetch, and name the cluster.`);
    case 'spans-open':
    case undefined:
      return library;
  }
}

function lying({ KafkaConsumer }: Library): Library['KafkaConsumer'] {
  return class extends KafkaConsumer {
    override commit(positions: readonly Position[]): void {
      super.commit(positions.map((position) => ({ ...position, metadata: lie(position) })));
    }
  };
}

/** The log as the engine wrote it, and one record more. */
function lie({ metadata = '' }: Position): string {
  return `${metadata.split(' ').slice(0, 3).join(' ')} 1+0`;
}

function withoutErrors({ Producer }: Library): Library['Producer'] {
  return class extends Producer {
    override produce(...[topic, partition, value, key, timestamp, report, headers]: Produced): void {
      const claimed = { topic, partition, offset: 0 };
      const claiming: typeof report = (error, answer) => (error ? report(null, claimed) : report(null, answer));
      super.produce(topic, partition, value, key, timestamp, claiming, headers);
    }
  };
}
