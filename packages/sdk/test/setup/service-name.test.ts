import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { nearestPackageName } from '../../src/setup/defaults.ts';

describe('nearestPackageName', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nearest-package-name-'));
    mkdirSync(join(directory, 'a/b'), { recursive: true });
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('is undefined where there is none up to the root', () => {
    expect(nearestPackageName(join(directory, 'a/b'))).to.equal(undefined);
  });

  it('finds the nearest at or above the directory', () => {
    writeFileSync(join(directory, 'package.json'), '{"name": "outer"}');
    expect(nearestPackageName(join(directory, 'a/b'))).to.equal('outer');
    writeFileSync(join(directory, 'a/package.json'), '{"name": "@scope/inner"}');
    expect(nearestPackageName(join(directory, 'a/b'))).to.equal('@scope/inner');
    expect(nearestPackageName(directory)).to.equal('outer');
  });

  for (const content of ['{"type": "module"}', '{"name": ""}', '{"name": 1}', 'null', '{', '']) {
    it(`passes over a file that says ${JSON.stringify(content)}`, () => {
      writeFileSync(join(directory, 'package.json'), '{"name": "outer"}');
      writeFileSync(join(directory, 'a/package.json'), content);
      expect(nearestPackageName(join(directory, 'a'))).to.equal('outer');
    });
  }
});
