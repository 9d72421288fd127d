import { renderMermaidSVG } from 'beautiful-mermaid';
import type { MarkdownRenderer } from 'vitepress';

/**
 * Draws the code blocks of Mermaid, as GitHub does. Other code blocks stay what they are.
 *
 * @throws {Error} on rendering a page whose diagram cannot be read
 */
export function drawDiagrams({ renderer, utils }: MarkdownRenderer): void {
  const { fence } = renderer.rules;
  renderer.rules.fence = (tokens, index, options, env, self) => {
    const { info, content } = tokens[index]!;
    if (info.trim() !== 'mermaid') return fence?.(tokens, index, options, env, self) ?? self.renderToken(tokens, index, options);
    // A page is a template of Vue, which takes no style element: the picture's own goes by as a text.
    return `<figure class="diagram" style="overflow-x: auto" v-html="${utils.escapeHtml(JSON.stringify(picture(content)))}"></figure>\n`;
  };
}

/** In the colours of the page, dark ones too, and no wider than its text. */
function picture(source: string): string {
  return (
    renderMermaidSVG(source, { bg: 'var(--vp-c-bg)', fg: 'var(--vp-c-text-1)', transparent: true })
      // It would load its font from a host of others.
      .replace(/@import url\([^)]*\);/, '')
      .replace(' style="', ' style="max-width:100%;height:auto;')
  );
}
