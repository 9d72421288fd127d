import MarkdownIt from 'markdown-it';

/** What one page links to, and what can be linked to in it. */
export interface PageLinks {
  /** As written: `../README.md#install`. Code blocks hold none. */
  readonly links: readonly { readonly href: string; readonly line: number }[];
  readonly anchors: ReadonlySet<string>;
}

const parser = new MarkdownIt({ html: true, linkify: false });

/** Reads a page as GitHub does. */
export function pageLinks(markdown: string): PageLinks {
  const links: { href: string; line: number }[] = [];
  const anchors = new Set<string>();
  const slug = slugger();
  let line = 0;
  const tokens = parser.parse(markdown, {});
  for (const [index, token] of tokens.entries()) {
    line = token.map?.[0] ?? line;
    if (token.type === 'heading_open') anchors.add(slug(textOf(tokens[index + 1]?.children ?? [])));
    if (token.type === 'html_block') readHtml(token.content);
    for (const child of token.children ?? []) {
      const href = child.type === 'link_open' ? child.attrGet('href') : child.type === 'image' ? child.attrGet('src') : null;
      if (href !== null) links.push({ href: decodeURI(href), line: line + 1 });
      if (child.type === 'html_inline') readHtml(child.content);
    }
  }
  return { links, anchors };

  function readHtml(html: string): void {
    for (const [, href] of html.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g)) if (href !== undefined) links.push({ href, line: line + 1 });
    for (const [, anchor] of html.matchAll(/\b(?:id|name)="([^"]+)"/g)) if (anchor !== undefined) anchors.add(anchor);
  }
}

/** The anchors of one page's headings, in their order: GitHub numbers those that repeat. */
function slugger(): (heading: string) => string {
  const seen = new Map<string, number>();
  return (heading) => {
    const anchor = githubSlug(heading);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  };
}

/** The anchor that GitHub gives to a heading's text: letters, digits, `-` and `_` of it, in lower case. */
export function githubSlug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function textOf(tokens: readonly { readonly type: string; readonly content: string }[]): string {
  return tokens
    .filter(({ type }) => type === 'text' || type === 'code_inline')
    .map(({ content }) => content)
    .join('');
}
