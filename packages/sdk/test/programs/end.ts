// A program that makes one span, sets an exit code and has nothing more to do.
import { trace } from '@opentelemetry/api';

trace.getTracer('test').startSpan('last words').end();
process.exitCode = Number(process.argv[2] ?? 0);
