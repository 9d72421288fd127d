import { traceTree } from '../drawing/trace-tree.ts';
import { ask, spansOf, type SpanSource } from '../spans/span-source.ts';
import type { TraceSpan } from '../spans/trace-span.ts';
import { unknowable, type Failure } from './failure.ts';

/**
 * Checks that all spans of a source are the tree that `expected` draws, in the form of `traceTree`. Empty lines around it and
 * the indentation that all its lines share do not count. All spans are asked for then. A truncated source has not all.
 */
export function matchesTree(source: SpanSource, expected: string): Failure | undefined {
  const spans = spansOf(source);
  const tree = treeOf(spans);
  const wanted = unindented(expected);
  if (tree === wanted) {
    ask(source, spans);
    return unknowable('these are all spans of the tree', source);
  }
  const [lines, others] = [tree.split('\n'), wanted.split('\n')];
  const index = lines.findIndex((line, at) => line !== others[at]);
  // No line differs when the expected tree goes on where the other ends.
  const at = index === -1 ? lines.length : index;
  return {
    message: `The spans are not the tree that was expected. Line ${at + 1} is ${quote(lines[at])}, expected was ${quote(others[at])}.\nThere is:\n${tree}`,
    compared: { actual: tree, expected: wanted },
  };
}

/** Checks the contrary of {@link matchesTree}. */
export function differsFromTree(source: SpanSource, expected: string): Failure | undefined {
  const tree = treeOf(spansOf(source));
  return tree === unindented(expected)
    ? { message: `The spans are the very tree that was not expected:\n${tree}` }
    : unknowable('the spans are not that tree', source);
}

/** Without spaces at the end of a line, which a name may have: no one sees whether an expected tree has them. */
function treeOf(spans: readonly TraceSpan[]): string {
  return traceTree(spans).replaceAll(/\s+$/gm, '');
}

function unindented(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const written = lines.filter((line) => line !== '');
  const indent = Math.min(...written.map((line) => line.length - line.trimStart().length));
  const [first, last] = [lines.findIndex((line) => line !== ''), lines.findLastIndex((line) => line !== '')];
  return lines
    .slice(Math.max(first, 0), last + 1)
    .map((line) => line.slice(indent))
    .join('\n');
}

function quote(line: string | undefined): string {
  return line === undefined ? 'none' : `"${line.trim()}"`;
}
