#!/usr/bin/env bash
# @opentelemetry/propagator-b3 3.1.0: a context that was read from B3 goes out changed. Debug is lost between the two encodings, and a context whose sampling nobody
# has decided yet goes out as a denial.
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/core@3.1.0 @opentelemetry/propagator-b3@3.1.0
run <<'JS'
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
const ids = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
const [traceId, spanId] = ids.split('-');
const single = new B3Propagator();
const multi = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
const through = (propagator, headers) => {
  const written = {};
  propagator.inject(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter), written, defaultTextMapSetter);
  return Object.entries(written)
    .filter(([name]) => !/id$/.test(name))
    .map(([name, value]) => `${name}: ${value.replace(ids, 'ids')}`)
    .join(', ');
};
const debug = { 'x-b3-traceid': traceId, 'x-b3-spanid': spanId, 'x-b3-flags': '1' };
console.log(`debug, multi to single: ${through(single, debug)}`);
console.log(`debug, single to multi: ${through(multi, { b3: `${ids}-d` })}`);
console.log(`undecided: ${through(single, { b3: ids })}`);
JS
expect 'debug, multi to single: b3: ids-1
debug, single to multi: x-b3-sampled: 1
undecided: b3: ids-0'
