import { expect } from 'chai';
import { openStudio } from '../support/studio-page.ts';

describe('the page of a studio that received nothing', () => {
  for (const width of [1280, 390]) {
    it(`gives each variable a line of its own, whole at ${width} pixels, and copies it`, async () => {
      await using studio = await openStudio({
        viewport: { width, height: 800 },
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      await studio.open('/');
      const { page } = studio;
      const lines = page.locator('.first-steps li');
      await lines.nth(1).waitFor();
      const variables = {
        OTEL_EXPORTER_OTLP_ENDPOINT: studio.studio.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      };
      expect(await lines.locator('code').allInnerTexts()).to.deep.equal(Object.entries(variables).map((parts) => parts.join('=')));
      const boxes = await lines
        .locator('code')
        .evaluateAll((all) =>
          all.map((element) => ({ hidden: element.scrollWidth - element.clientWidth, right: element.getBoundingClientRect().right })),
        );
      for (const { hidden, right } of boxes) {
        expect(hidden).to.be.at.most(0);
        expect(right).to.be.at.most(width);
      }
      for (const [name, value] of Object.entries(variables)) {
        await page.getByRole('button', { name: `Copy ${name}` }).click();
        await lines.filter({ hasText: name }).getByText('Copied').waitFor();
        expect(await page.evaluate(() => navigator.clipboard.readText())).to.equal(`${name}=${value}`);
      }
    });
  }
});
