import { kafkaConnect, kafkaStreams, shareGroup } from './kafka.ts';
import { smallRye, smallRyeRetryTopics } from './smallrye.ts';
import { spring, springCloudStream, springRetryTopics } from './spring.ts';
import { tracelink } from './tracelink.ts';
import { watermill } from './watermill.ts';
import type { DeadLetterFormat } from './writer.ts';

/** Every writer. Ours is the first: by an option it writes Spring's headers, too. */
export const writers: readonly DeadLetterFormat[] = [
  tracelink,
  springRetryTopics,
  spring,
  springCloudStream,
  smallRyeRetryTopics,
  smallRye,
  kafkaConnect,
  kafkaStreams,
  shareGroup,
  watermill,
];
