// For `--import`: HTTP instrumentation as it comes, which knows no framework.
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { startTracing } from '@tracelink/sdk';

startTracing({ instrumentations: [new HttpInstrumentation()], flushOnExit: true });
