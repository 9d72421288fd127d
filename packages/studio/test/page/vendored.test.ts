import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { vendorFolder, vendoredFiles } from '../../scripts/vendored-files.ts';

describe('the libraries of the page', () => {
  it('are those that are installed, with their licences: after an update, npm run vendor', () => {
    const files = vendoredFiles();
    expect(readdirSync(vendorFolder)).to.have.members([...files.keys()]);
    for (const [name, content] of files) expect(readFileSync(new URL(name, vendorFolder), 'utf8') === content, name).to.equal(true);
  });

  it('import each other by paths that a browser finds', () => {
    for (const [name, content] of vendoredFiles()) {
      if (!name.endsWith('.js')) continue;
      for (const [, specifier] of content.matchAll(/\bfrom\s*["']([^"']+)["']/g)) expect(specifier, name).to.match(/^\.\//);
    }
  });
});
