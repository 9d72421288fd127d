import type { Package } from '../packages/manifest.ts';

/**
 * Packages, each after those that it asks for: whoever installs one in the middle of a release finds what it needs.
 *
 * @throws {Error} when packages ask for each other in a circle
 */
export function publishOrder(packages: readonly Package[]): Package[] {
  const ordered: Package[] = [];
  let waiting = [...packages];
  while (waiting.length > 0) {
    const names = waiting.map(({ manifest }) => manifest.name);
    const ready = waiting.filter(
      ({ manifest: { dependencies, peerDependencies } }) =>
        !Object.keys({ ...dependencies, ...peerDependencies }).some((name) => names.includes(name)),
    );
    if (ready.length === 0) throw new Error(`${names.join(', ')} ask for each other in a circle`);
    ordered.push(...ready);
    waiting = waiting.filter((one) => !ready.includes(one));
  }
  return ordered;
}
