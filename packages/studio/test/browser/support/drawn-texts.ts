import type { Locator } from 'playwright-core';

/**
 * What rows of a list read, as they are laid out. A row that was just put in has no text for the browser until its next frame, since
 * rows out of sight are not drawn (`content-visibility: auto`).
 */
export async function drawnTexts(rows: Locator): Promise<string[]> {
  await rows.page().evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  return await rows.allInnerTexts();
}
