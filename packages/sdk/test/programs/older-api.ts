// For --import: a tracer provider by an earlier minor version of the API, as agents bring one.
import { trace } from 'opentelemetry-api-1.9';
import { TracerProvider } from '@opentelemetry/sdk-trace';

trace.setGlobalTracerProvider(new TracerProvider());
