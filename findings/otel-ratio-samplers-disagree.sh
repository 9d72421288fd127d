#!/usr/bin/env bash
# OpenTelemetry's TraceIdRatioBased of JS (sdk-trace 3.1.0), Python (1.45.1) and Java (1.68.0), each with the ratio 0.5, of the same trace ids: two of them agree no more
# often than coins do, since each makes its number of other bits of the id. Services that decide for themselves by `traceidratio` keep halves of traces,
# a quarter of them whole among two languages. Go's (1.47.0) decides as Python's does. No Kafka; needs Python 3.10, Java 17, Maven and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
node -e '
  const { createHash } = require("node:crypto");
  for (let n = 0; n < 10_000; n++) console.log(createHash("md5").update(String(n)).digest("hex"));' >"$work/ids"
export TRACE_IDS="$work/ids" DECISIONS="$work"

install @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.0
run <<'JS'
import { readFileSync, writeFileSync } from 'node:fs';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
const sampler = new TraceIdRatioBasedSampler(0.5);
const ids = readFileSync(process.env.TRACE_IDS, 'utf8').trim().split('\n');
const decisions = ids.map((id) => (sampler.shouldSample(ROOT_CONTEXT, id).decision === SamplingDecision.RECORD_AND_SAMPLED ? '1' : '0'));
writeFileSync(`${process.env.DECISIONS}/JS`, decisions.join(''));
console.log(`JS samples ${decisions.filter((each) => each === '1').length} of ${ids.length}`);
JS
expect 'JS samples 4969 of 10000'

install_python opentelemetry-sdk==1.45.1
run_python <<'PY'
import os

from opentelemetry.sdk.trace.sampling import Decision, TraceIdRatioBased

sampler = TraceIdRatioBased(0.5)
with open(os.environ["TRACE_IDS"]) as ids:
    samples = [sampler.should_sample(None, int(each, 16), "name").decision == Decision.RECORD_AND_SAMPLE for each in ids]
with open(os.environ["DECISIONS"] + "/Python", "w") as decisions:
    decisions.write("".join("1" if each else "0" for each in samples))
print(f"Python samples {sum(samples)} of {len(samples)}")
PY
expect 'Python samples 4937 of 10000'

run_java io.opentelemetry:opentelemetry-sdk-trace:1.68.0 <<'JAVA'
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

public class Finding {
  public static void main(String[] arguments) throws Exception {
    var sampler = Sampler.traceIdRatioBased(0.5);
    var decisions = Files.readAllLines(Path.of(System.getenv("TRACE_IDS"))).stream()
        .map(id -> sampler.shouldSample(Context.root(), id, "name", SpanKind.INTERNAL, Attributes.empty(), List.of()).getDecision())
        .map(decision -> decision == SamplingDecision.RECORD_AND_SAMPLE ? "1" : "0")
        .collect(Collectors.joining());
    Files.writeString(Path.of(System.getenv("DECISIONS"), "Java"), decisions);
    System.out.println("Java samples " + decisions.replace("0", "").length() + " of " + decisions.length());
  }
}
JAVA
expect 'Java samples 4967 of 10000'

run_go go.opentelemetry.io/otel/trace@v1.47.0 go.opentelemetry.io/otel/sdk@v1.47.0 <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	ids, err := os.ReadFile(os.Getenv("TRACE_IDS"))
	if err != nil {
		panic(err)
	}
	var decisions strings.Builder
	for _, line := range strings.Fields(string(ids)) {
		id, err := trace.TraceIDFromHex(line)
		if err != nil {
			panic(err)
		}
		if sdk.TraceIDRatioBased(0.5).ShouldSample(sdk.SamplingParameters{TraceID: id}).Decision == sdk.RecordAndSample {
			decisions.WriteByte('1')
		} else {
			decisions.WriteByte('0')
		}
	}
	fmt.Printf("Go samples %d of %d\n", strings.Count(decisions.String(), "1"), decisions.Len())
	if err := os.WriteFile(os.Getenv("DECISIONS")+"/Go", []byte(decisions.String()), 0o600); err != nil {
		panic(err)
	}
}
GO
expect 'Go samples 4937 of 10000'

seen=$(node -e '
  const { readFileSync } = require("node:fs");
  const [js, python, java, go] = ["JS", "Python", "Java", "Go"].map((name) => [...readFileSync(`${process.env.DECISIONS}/${name}`, "utf8")]);
  const alike = (a, b) => a.filter((decision, index) => decision === b[index]).length;
  console.log(`JS and Python decide alike of ${alike(js, python)}, JS and Java of ${alike(js, java)}, Python and Java of ${alike(python, java)}`);
  console.log(`Python and Go decide alike of ${alike(python, go)}`);')
printf 'seen:\n%s\n' "$seen"
expect 'JS and Python decide alike of 4950, JS and Java of 4922, Python and Java of 5034
Python and Go decide alike of 10000'
