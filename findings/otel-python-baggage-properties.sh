#!/usr/bin/env bash
# W3C Baggage lets a member have properties: tenant=acme;ttl=60. OpenTelemetry's propagator of Python (api 1.45.1) takes them for a part of the value and writes
# tenant=acme%3Bttl%3D60 onwards, so that the value is "acme;ttl=60" behind it in every language. Those of JS (core 3.1.0) and Go (1.47.0) hand the member on as it is.
# No Kafka; needs Python 3.10 and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/core@3.1.0
run <<'JS'
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
const propagator = new W3CBaggagePropagator();
const context = propagator.extract(ROOT_CONTEXT, { baggage: 'tenant=acme;ttl=60' }, defaultTextMapGetter);
const written = {};
propagator.inject(context, written, defaultTextMapSetter);
console.log('JS: the value is', propagation.getBaggage(context).getEntry('tenant').value, 'and written is', written.baggage);
JS
expect 'JS: the value is acme and written is tenant=acme;ttl=60'

install_python opentelemetry-api==1.45.1
run_python <<'PY'
from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

propagator = W3CBaggagePropagator()
context = propagator.extract({"baggage": "tenant=acme;ttl=60"})
written = {}
propagator.inject(written, context)
print("Python: the value is", baggage.get_baggage("tenant", context), "and written is", written["baggage"])
PY
expect 'Python: the value is acme;ttl=60 and written is tenant=acme%3Bttl%3D60'

run_go go.opentelemetry.io/otel@v1.47.0 <<'GO'
package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
)

func main() {
	ctx := propagation.Baggage{}.Extract(context.Background(), propagation.MapCarrier{"baggage": "tenant=acme;ttl=60"})
	written := propagation.MapCarrier{}
	propagation.Baggage{}.Inject(ctx, written)
	fmt.Println("Go: the value is", baggage.FromContext(ctx).Member("tenant").Value(), "and written is", written["baggage"])
}
GO
expect 'Go: the value is acme and written is tenant=acme;ttl=60'
