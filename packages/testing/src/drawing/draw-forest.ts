import type { TraceSpan } from '../spans/trace-span.ts';
import type { SpanNode } from './span-forest.ts';

/** What the lines of a drawn tree say. */
export interface Captions {
  /** The span's own line. */
  span(span: TraceSpan): string;
  /** One line for each of its links. */
  links(span: TraceSpan): readonly string[];
}

/** Below this level lines of box characters would be wider than a page, and those of 10,000 levels wider than memory. */
const deepest = 40;

/**
 * Draws trees with lines of box characters: each span under its parent, its links right under itself as arrows. Further down
 * than 40 levels, a number says the level.
 */
export function drawForest(roots: readonly SpanNode[], captions: Captions): string[] {
  const lines: string[] = [];
  // A stack of our own: a trace may be deeper than the call stack.
  const stack: Branch[] = [];
  pushBranches(stack, roots, { level: 1, indent: '' });
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { span, children } = next.node;
    lines.push(`${next.branch}${captions.span(span)}`);
    const stem = children.length === 0 || next.level >= deepest ? '   ' : '│  ';
    for (const link of captions.links(span)) lines.push(`${next.indent}${stem}→ ${link}`);
    pushBranches(stack, children, { level: next.level + 1, indent: next.indent });
  }
  return lines;
}

interface Position {
  /** 1 for a root. */
  readonly level: number;
  /** Stands before all lines below. */
  readonly indent: string;
}

interface Branch extends Position {
  readonly node: SpanNode;
  /** Stands before the span's own line. */
  readonly branch: string;
}

/** In reverse, because the first must be popped first. */
function pushBranches(stack: Branch[], nodes: readonly SpanNode[], { level, indent }: Position): void {
  for (const [index, node] of nodes.toReversed().entries()) {
    const [branch, below] = index === 0 ? ['└─ ', '   '] : ['├─ ', '│  '];
    stack.push(
      level > deepest
        ? { node, level, branch: `level ${level}: `, indent: '' }
        : { node, level, branch: `${indent}${branch}`, indent: `${indent}${below}` },
    );
  }
}

/** More of a text says no more about which it is, and breaks the picture around it. */
const widest = 160;

/** A span as messages and drawings name it: service and name, a long one without its middle. */
export function caption({ serviceName, name }: TraceSpan): string {
  return `${shortened(serviceName ?? '?')}: ${shortened(name)}`;
}

/** The same in full length, where two names must not become one. */
export function fullCaption({ serviceName, name }: TraceSpan): string {
  return `${printable(serviceName ?? '?')}: ${printable(name)}`;
}

/** What is left of a long text for a drawing: its beginning and its end. */
export function shortened(text: string): string {
  const half = widest / 2;
  return printable(text.length > widest ? `${text.slice(0, half)}…${text.slice(1 - half)}` : text);
}

/**
 * Names may hold what others chose, a topic or an error's text: no control character may reach the terminal, no line may begin
 * but where the drawing begins one, and no mark of the writing direction may turn the line around.
 */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}
