// Completes the package.json of every package: `npm run manifests`, after an entry point or a package was added.
import { readFileSync, writeFileSync } from 'node:fs';
import { completeManifest, type RepositoryManifest } from './complete-manifest.ts';
import { readPackages } from './manifest.ts';

const root = JSON.parse(readFileSync('package.json', 'utf8')) as RepositoryManifest;
for (const one of readPackages())
  writeFileSync(`${one.folder}/package.json`, `${JSON.stringify(completeManifest(one, root), undefined, 2)}\n`);
