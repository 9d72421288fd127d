#!/usr/bin/env bash
# OpenTelemetry's baggage may have any name; W3C Baggage has tokens, and percent-encodes values only. Propagators of JS (core 3.1.0) and Python (1.45.1) percent-encode
# names, too, also of tokens, and decode them; those of Go (1.47.0) and Java (1.68.0) do neither: what JS writes as acme.com/tenant or cost+tax has another name there.
# The other way Java writes acme.com/tenant as it is, which Python and Go refuse, Go leaves it out, and Python reads cost+tax as "cost tax".
# No Kafka; needs Python 3.10, Java 17, Maven and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
export OF_JS='acme.com%2Ftenant=1,cost%2Btax=1' OF_GO='cost+tax=1' OF_JAVA='acme.com/tenant=1,cost+tax=1'
install @opentelemetry/api@1.10.0 @opentelemetry/core@3.1.0
run <<'JS'
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
const propagator = new W3CBaggagePropagator();
const written = {};
const baggage = propagation.createBaggage({ 'acme.com/tenant': { value: '1' }, 'cost+tax': { value: '1' } });
propagator.inject(propagation.setBaggage(ROOT_CONTEXT, baggage), written, defaultTextMapSetter);
console.log('JS writes', written.baggage);
for (const header of [process.env.OF_GO, process.env.OF_JAVA]) {
  const read = propagation.getBaggage(propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter));
  console.log(`JS reads ${header} as`, read.getAllEntries().map(([name]) => `"${name}"`).sort().join(' '));
}
JS
expect 'JS writes acme.com%2Ftenant=1,cost%2Btax=1
JS reads cost+tax=1 as "cost+tax"
JS reads acme.com/tenant=1,cost+tax=1 as "acme.com/tenant" "cost+tax"'

install_python opentelemetry-api==1.45.1
run_python <<'PY'
import os

from opentelemetry import baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

propagator = W3CBaggagePropagator()
written = {}
propagator.inject(written, baggage.set_baggage("cost+tax", "1", baggage.set_baggage("acme.com/tenant", "1")))
print("Python writes", written["baggage"])
for header in (os.environ["OF_JS"], os.environ["OF_GO"], os.environ["OF_JAVA"]):
    read = sorted(baggage.get_all(propagator.extract({"baggage": header})))
    print(f"Python reads {header} as", " ".join(f'"{name}"' for name in read))
PY
expect 'Python writes acme.com%2Ftenant=1,cost%2Btax=1
Python reads acme.com%2Ftenant=1,cost%2Btax=1 as "acme.com/tenant" "cost+tax"
Python reads cost+tax=1 as "cost tax"
Python reads acme.com/tenant=1,cost+tax=1 as "cost tax"'

run_go go.opentelemetry.io/otel@v1.47.0 <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
)

func main() {
	var set baggage.Baggage
	for _, name := range []string{"acme.com/tenant", "cost+tax"} {
		member, err := baggage.NewMemberRaw(name, "1")
		if err != nil {
			panic(err)
		}
		if set, err = set.SetMember(member); err != nil {
			panic(err)
		}
	}
	written := propagation.MapCarrier{}
	propagation.Baggage{}.Inject(baggage.ContextWithBaggage(context.Background(), set), written)
	fmt.Println("Go writes", written["baggage"])
	for _, header := range []string{os.Getenv("OF_JS"), os.Getenv("OF_JAVA")} {
		var names []string
		read := propagation.Baggage{}.Extract(context.Background(), propagation.MapCarrier{"baggage": header})
		for _, member := range baggage.FromContext(read).Members() {
			names = append(names, fmt.Sprintf("%q", member.Key()))
		}
		sort.Strings(names)
		fmt.Println("Go reads", header, "as", strings.Join(names, " "))
	}
}
GO
expect 'Go writes cost+tax=1
Go reads acme.com%2Ftenant=1,cost%2Btax=1 as "acme.com%2Ftenant" "cost%2Btax"
Go reads acme.com/tenant=1,cost+tax=1 as "cost+tax"'

run_java io.opentelemetry:opentelemetry-api:1.68.0 <<'JAVA'
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

public class Finding {
  public static void main(String[] arguments) {
    var propagator = W3CBaggagePropagator.getInstance();
    var written = new HashMap<String, String>();
    var set = Baggage.builder().put("acme.com/tenant", "1").put("cost+tax", "1").build();
    propagator.inject(set.storeInContext(Context.root()), written, Map::put);
    System.out.println("Java writes " + written.get("baggage"));
    for (var header : List.of(System.getenv("OF_JS"), System.getenv("OF_GO"))) {
      var read = Baggage.fromContext(propagator.extract(Context.root(), Map.of("baggage", header), new Headers()));
      System.out.println("Java reads " + header + " as \"" + String.join("\" \"", new TreeSet<>(read.asMap().keySet())) + "\"");
    }
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
expect 'Java writes acme.com/tenant=1,cost+tax=1
Java reads acme.com%2Ftenant=1,cost%2Btax=1 as "acme.com%2Ftenant" "cost%2Btax"
Java reads cost+tax=1 as "cost+tax"'
