import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openStudio } from './support/studio-page.ts';

/** How light the ground is, from 0 to 255. */
async function ground(page: Page): Promise<number> {
  const color = await page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  return Number(/\d+/.exec(color)?.[0]);
}

describe('the theme', () => {
  it('is that of the system, and follows it', async () => {
    await using studio = await openStudio({ colorScheme: 'dark' });
    await studio.open('/');
    await studio.page.getByRole('button', { name: 'Theme: auto' }).waitFor();
    expect(await ground(studio.page)).to.be.below(60);
    await studio.page.emulateMedia({ colorScheme: 'light' });
    expect(await ground(studio.page)).to.be.above(200);
  });

  it('is the selected one, also after a reload, until the selection is reset', async () => {
    await using studio = await openStudio({ colorScheme: 'dark' });
    await studio.open('/');
    const { page } = studio;
    await page.getByRole('button', { name: 'Theme: auto' }).click();
    await page.getByRole('button', { name: 'Theme: light' }).waitFor();
    expect(await ground(page)).to.be.above(200);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await ground(page)).to.be.below(60);
    await page.getByRole('button', { name: 'Theme: dark' }).click();
    await page.getByRole('button', { name: 'Theme: auto' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Theme: auto' }).waitFor();
  });

  it('is the same in all tabs', async () => {
    await using studio = await openStudio({ colorScheme: 'light' });
    await studio.open('/');
    const other = await studio.page.context().newPage();
    await other.goto(studio.studio.url);
    await other.getByRole('button', { name: 'Theme: auto' }).waitFor();
    for (const [from, to] of [
      ['auto', 'light'],
      ['light', 'dark'],
      ['dark', 'auto'],
    ]) {
      await studio.page.getByRole('button', { name: `Theme: ${from}` }).click();
      await other.getByRole('button', { name: `Theme: ${to}` }).waitFor();
      expect((await ground(other)) < 60, to).to.equal(to === 'dark');
    }
  });
});
