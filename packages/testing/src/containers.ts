export { startKafkaContainer } from './containers/kafka-container.ts';
export type { KafkaContainer } from './containers/kafka-container.ts';
