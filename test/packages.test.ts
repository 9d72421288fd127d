import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { completeManifest, type RepositoryManifest } from '../scripts/packages/complete-manifest.ts';
import { readPackages } from '../scripts/packages/manifest.ts';
import { withAbsoluteLinks } from '../scripts/packages/pack.ts';
import { pageLinks } from '../site/markdown-links.ts';

const root = JSON.parse(readFileSync('package.json', 'utf8')) as RepositoryManifest;

describe('the packages', () => {
  for (const one of readPackages()) {
    it(`${one.folder} has a package.json as npm run manifests writes it`, () => {
      const written = `${JSON.stringify(completeManifest(one, root), undefined, 2)}\n`;
      expect(readFileSync(`${one.folder}/package.json`, 'utf8')).to.equal(written);
    });

    it(`${one.folder} says what it is and under which words it is found`, () => {
      expect(one.manifest).to.have.property('description').that.is.a('string').and.is.not.empty;
      expect(one.manifest).to.have.property('keywords').that.is.an('array').and.is.not.empty;
    });

    it(`${one.folder} says which Node it needs`, () => {
      expect(one.manifest).to.have.deep.property('engines', { node: '>=22.15' });
    });

    it(`${one.folder} has pages whose links lead somewhere when they are packed`, () => {
      for (const page of ['README.md', 'RATIONALE.md']) {
        const packed = withAbsoluteLinks(readFileSync(`${one.folder}/${page}`, 'utf8'), one.folder, root);
        const relative = pageLinks(packed).links.filter(({ href }) => !/^(https?:|#)/.test(href));
        expect(relative, page).to.deep.equal([]);
      }
    });
  }

  it('have built what other files name by its path, and so have the services', () => {
    const built = [
      ...readPackages().flatMap(({ folder, manifest: { bin, exports } }) =>
        [...JSON.stringify({ bin, exports }).matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, file]) => `${folder}/${file}`),
      ),
      ...globSync('services/*/src/*.ts').map((file) => file.replace('/src/', '/dist/').replace(/ts$/, 'js')),
    ];
    const tracked = execFileSync('git', ['ls-files', '-z', ':!packages/*', ':!*package-lock.json'], { encoding: 'utf8' }).split('\0');
    const named = tracked
      .filter((file) => existsSync(file) && file !== 'test/packages.test.ts')
      .flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/\b(packages|services|@tracelink)\/([\w-]+)\/(dist\/[\w/-]+(?:\.\w+)+)/g)].map(
          ([path, parent = '', name, below]) => ({ file, path, built: `${parent.replace('@tracelink', 'packages')}/${name}/${below}` }),
        ),
      );
    expect(named.map(({ built: path }) => path)).to.include.members([
      'packages/studio/dist/command/bin.js',
      'services/orders/dist/main.js',
    ]);
    expect(named.filter(({ built: path }) => !built.includes(path)).map(({ file, path }) => `${file} names ${path}`)).to.deep.equal([]);
  });

  it('write out a link to a page, a folder and a heading, and a picture as a file', () => {
    const written = withAbsoluteLinks(
      '[a](../../docs/headers.md#formats) [b](../sdk) [c](https://kafka.apache.org) [d](#here)\n\n<img src="screenshots/list-light.png">',
      'packages/studio',
      { ...root, version: '1.2.3', repository: { type: 'git', url: 'git+https://github.com/some/where.git' } },
    );
    expect(written).to.equal(
      '[a](https://github.com/some/where/blob/v1.2.3/docs/headers.md#formats) [b](https://github.com/some/where/tree/v1.2.3/packages/sdk) ' +
        '[c](https://kafka.apache.org) [d](#here)\n\n' +
        '<img src="https://raw.githubusercontent.com/some/where/v1.2.3/packages/studio/screenshots/list-light.png">',
    );
  });
});
