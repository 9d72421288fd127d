import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect } from 'chai';

/** The modules that a source loads at once, itself or by what it loads: files of the package, and names of everything else. */
function loadedBy(entry: string): readonly string[] {
  const loaded = new Set([entry]);
  for (const module of loaded) {
    if (!module.endsWith('.ts')) continue;
    for (const [, specifier = ''] of readFileSync(module, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gm))
      loaded.add(specifier.startsWith('.') ? normalize(join(dirname(module), specifier)) : specifier);
  }
  return [...loaded];
}

describe('an import of @tracelink/kafka', () => {
  it('loads the wrappers of each client, and nothing of the engine', () => {
    const loaded = loadedBy('packages/kafka/src/index.ts');
    expect(loaded).to.include('packages/kafka/src/client/platformatic/producer-adapter.ts');
    expect(loaded.filter((module) => /\/(engine|subscribe|replay|doctor)\/|client-maker/.test(module))).to.deep.equal([]);
  });

  it('loads no module of Node whose own import is slow', () => {
    // An import of `process` reads each of its getters, stdin's among them: 3.4 ms. The promises of timers take 2.
    const loaded = loadedBy('packages/kafka/src/index.ts');
    expect(loaded).to.include('node:async_hooks').and.not.include('node:process').and.not.include('node:timers/promises');
  });

  it('finds the engine in what an import of @tracelink/kafka/subscribe loads', () => {
    expect(loadedBy('packages/kafka/src/subscribe/index.ts')).to.include('packages/kafka/src/client/platformatic/engine/group-member.ts');
  });
});
