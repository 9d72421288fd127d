import { replaceMethod, type Registration, type WrapClients } from '../port/registration.ts';

interface KafkaClass {
  readonly prototype: object;
}

/** kafkajs: its `Kafka` makes every client. */
export const kafkajsRegistration: Registration = {
  packageName: 'kafkajs',
  register: (library, wrap) => registerFactories(library['Kafka'], wrap),
};

/** Has the factories of a class give wrapped clients. */
export function registerFactories(kafka: unknown, wrap: WrapClients): void {
  if (typeof kafka !== 'function') return;
  const { prototype } = kafka as unknown as KafkaClass;
  replaceMethod(
    prototype,
    'producer',
    (original) =>
      function producer(...args) {
        return wrap.producer(original.apply(this, args) as object);
      },
  );
  replaceMethod(
    prototype,
    'consumer',
    (original) =>
      function consumer(...args) {
        return wrap.consumer(original.apply(this, args) as object);
      },
  );
}
