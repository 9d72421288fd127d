#!/usr/bin/env bash
# beautiful-mermaid 1.1.3: of a flowchart that Mermaid draws whole, it leaves out an edge whose text stands between -. and .-, and the text of a box that was named
# before without one. Neither is reported. The same edge with its text between bars, and the same box with its text at the first place, are drawn.
. "$(dirname "$0")/support/kafka.sh"
install beautiful-mermaid@1.1.3
run <<'JS'
import { renderMermaidSVG } from 'beautiful-mermaid';
for (const lines of [
  ['a -.-|link| b'],
  ['a -. link .- b'],
  ['a --> b[the second]', 'a --> c'],
  ['a --> b', 'b[the second] --> c'],
]) {
  const svg = renderMermaidSVG(`flowchart LR\n${lines.map((line) => `  ${line}\n`).join('')}`);
  const edges = [...svg.matchAll(/class="edge"/g)].length;
  console.log(`${lines.join('; ')}: ${edges} edges, texts ${[...svg.matchAll(/>([^<>\n]+)<\/text>/g)].map(([, text]) => text).join(', ')}`);
}
JS
expect 'a -.-|link| b: 1 edges, texts link, a, b
a -. link .- b: 0 edges, texts a
a --> b[the second]; a --> c: 2 edges, texts a, the second, c
a --> b; b[the second] --> c: 2 edges, texts a, b, c'
