#!/usr/bin/env bash
# W3C Baggage has 8,192 bytes at most. In OpenTelemetry's API of Go (1.47.0) New keeps to that, and SetMember and the propagator do not: entries that were set one
# after the other are all written, without an error. The propagators of Go, Python (1.45.1) and Java (1.68.0) then read none of them, not the small ones either;
# that of JS (core 3.1.0) reads those that fit. Of the same entries JS, Python and Java leave out single ones when they write.
# No Kafka; needs Python 3.10, Java 17, Maven and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
export BAGGAGE="$work/baggage"
run_go go.opentelemetry.io/otel@v1.47.0 <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
)

func main() {
	var set baggage.Baggage
	for _, each := range [][2]string{{"tenant", "acme"}, {"cart", strings.Repeat("x", 5000)}, {"note", strings.Repeat("x", 4000)}} {
		member, err := baggage.NewMemberRaw(each[0], each[1])
		if err != nil {
			panic(err)
		}
		if set, err = set.SetMember(member); err != nil {
			panic(err)
		}
	}
	written := propagation.MapCarrier{}
	propagation.Baggage{}.Inject(baggage.ContextWithBaggage(context.Background(), set), written)
	fmt.Println("Go writes", len(written["baggage"]), "bytes")
	read := baggage.FromContext(propagation.Baggage{}.Extract(context.Background(), written))
	fmt.Printf("Go reads %d entries, tenant is %q\n", read.Len(), read.Member("tenant").Value())
	if err := os.WriteFile(os.Getenv("BAGGAGE"), []byte(written["baggage"]), 0o600); err != nil {
		panic(err)
	}
}
GO
expect 'Go writes 9023 bytes
Go reads 0 entries, tenant is ""'

install @opentelemetry/api@1.10.0 @opentelemetry/core@3.1.0
run <<'JS'
import { readFileSync } from 'node:fs';
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
const propagator = new W3CBaggagePropagator();
const context = propagator.extract(ROOT_CONTEXT, { baggage: readFileSync(process.env.BAGGAGE, 'utf8') }, defaultTextMapGetter);
const read = propagation.getBaggage(context);
console.log(`JS reads ${read.getAllEntries().length} entries, tenant is "${read.getEntry('tenant')?.value}"`);
const values = { tenant: 'acme', cart: 'x'.repeat(5000), note: 'x'.repeat(4000) };
const set = propagation.createBaggage(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }])));
const written = {};
propagator.inject(propagation.setBaggage(ROOT_CONTEXT, set), written, defaultTextMapSetter);
console.log('JS writes', written.baggage.length, 'bytes');
JS
expect 'JS reads 2 entries, tenant is "acme"
JS writes 4017 bytes'

install_python opentelemetry-api==1.45.1
run_python <<'PY'
import os

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

propagator = W3CBaggagePropagator()
with open(os.environ["BAGGAGE"]) as header:
    read = propagator.extract({"baggage": header.read()})
print(f"Python reads {len(baggage.get_all(read))} entries, tenant is", baggage.get_baggage("tenant", read))
context = baggage.set_baggage("tenant", "acme")
context = baggage.set_baggage("cart", "x" * 5000, context)
written = {}
propagator.inject(written, baggage.set_baggage("note", "x" * 4000, context))
print("Python writes", len(written["baggage"]), "bytes")
PY
expect 'Python reads 0 entries, tenant is None
Python writes 4017 bytes'

run_java io.opentelemetry:opentelemetry-api:1.68.0 <<'JAVA'
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    var propagator = W3CBaggagePropagator.getInstance();
    var header = Files.readString(Path.of(System.getenv("BAGGAGE")));
    var read = Baggage.fromContext(propagator.extract(Context.root(), Map.of("baggage", header), new Headers()));
    System.out.println("Java reads " + read.size() + " entries, tenant is " + read.getEntryValue("tenant"));
    var set = Baggage.builder().put("tenant", "acme").put("cart", "x".repeat(5000)).put("note", "x".repeat(4000)).build();
    var written = new HashMap<String, String>();
    propagator.inject(set.storeInContext(Context.root()), written, Map::put);
    System.out.println("Java writes " + written.get("baggage").length() + " bytes");
  }

  static class Headers implements TextMapGetter<Map<String, String>> {
    public Iterable<String> keys(Map<String, String> headers) {
      return headers.keySet();
    }

    public String get(Map<String, String> headers, String name) {
      return headers.get(name);
    }

    public Iterator<String> getAll(Map<String, String> headers, String name) {
      return List.of(headers.get(name)).iterator();
    }
  }
}
JAVA
expect 'Java reads 0 entries, tenant is null
Java writes 5017 bytes'
