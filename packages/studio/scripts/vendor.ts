// Copies the page's three libraries from node_modules into page/vendor, where a browser can import them by relative paths: run it after
// a new version was installed (`npm run vendor`). test/browser/vendored.browser.ts holds the copies against what is installed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { vendorFolder, vendoredFiles } from './vendored-files.ts';

mkdirSync(vendorFolder, { recursive: true });
for (const [name, content] of vendoredFiles()) writeFileSync(new URL(name, vendorFolder), content);
