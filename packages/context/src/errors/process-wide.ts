/**
 * The one object of that name in the process. Two copies of a package are common: an ES module and a CommonJS one of the same version, or
 * two that were installed. The copy that asks first makes it, and the others find it.
 *
 * @param name with the package in front and a number at the end, which is raised when the object's shape changes: copies of other versions
 *   share what they can read, and nothing else
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const registry = globalThis as { [key: symbol]: T | undefined };
  const key = Symbol.for(name);
  let shared = registry[key];
  if (shared === undefined) {
    shared = make();
    // As the API's own registry: no loop over the global object shows it.
    Object.defineProperty(registry, key, { value: shared });
  }
  return shared;
}

/**
 * Warns, once, where a package is in the process in two versions: between them an object that has changed its shape is not shared. Two copies
 * of one version are as one.
 */
export function announceVersion(packageName: string, version: string): void {
  const versions = processWide(`${packageName}.versions.1`, () => new Set<string>());
  versions.add(version);
  if (versions.size !== 2) return;
  process.emitWarning(
    `${packageName} is in this process in the versions ${[...versions].join(' and ')}: what one does, the other may not know. ` +
      `Install one version for all: npm ls ${packageName}`,
    { code: 'TRACELINK_TWO_VERSIONS' },
  );
}
