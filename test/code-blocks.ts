/** One fenced block of a Markdown file. */
export interface CodeBlock {
  /** What follows the opening fence, `ts` or `sh`; empty when nothing does. */
  readonly info: string;
  readonly text: string;
  /** The line of the opening fence, counted from 1. */
  readonly line: number;
}

/**
 * The fenced code blocks of a Markdown text, in order; those inside a list are freed of its indentation.
 *
 * @throws Error when a fence is never closed
 */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; info: string; line: number; text: string[] } | undefined;
  for (const [index, row] of markdown.split('\n').entries()) {
    if (open === undefined) {
      const [, indent, fence, info] = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(row) ?? [];
      if (indent !== undefined && fence !== undefined) open = { fence, indent: indent.length, info: info ?? '', line: index + 1, text: [] };
    } else if (row.trim().startsWith(open.fence) && row.trim().replaceAll(open.fence.charAt(0), '') === '') {
      blocks.push({ info: open.info, text: open.text.join('\n'), line: open.line });
      open = undefined;
    } else {
      open.text.push(row.slice(Math.min(open.indent, row.length - row.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`the code block of line ${open.line} is never closed`);
  return blocks;
}
