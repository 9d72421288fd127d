/** A count of what the tests reached. */
export interface Reached {
  readonly total: number;
  readonly covered: number;
}

/** One file of a `coverage-summary.json`, which istanbul's `json-summary` reporter writes. */
export interface FileCoverage {
  readonly lines: Reached;
  readonly branches: Reached;
}

/** What the tests reached of one workspace. */
export interface PackageCoverage extends FileCoverage {
  /** Its folder, relative to the root: `packages/kafka`. */
  readonly folder: string;
  readonly files: number;
}

/**
 * Adds the files of a coverage summary up by workspace. A folder without files has `files: 0`, so that a gate can refuse it.
 *
 * @param folders the workspaces, relative to the root
 * @param files from path relative to the root to what was reached of it
 */
export function packageCoverage(folders: readonly string[], files: ReadonlyMap<string, FileCoverage>): PackageCoverage[] {
  return folders.map((folder) => {
    const own = [...files].filter(([path]) => path.startsWith(`${folder}/`)).map(([, file]) => file);
    return { folder, files: own.length, lines: sum(own.map((file) => file.lines)), branches: sum(own.map((file) => file.branches)) };
  });
}

/** The share reached in percent, 0 to 100; 100 where there is nothing to reach. */
export function percent({ total, covered }: Reached): number {
  return total === 0 ? 100 : (covered / total) * 100;
}

/**
 * Why a workspace is below the floor; empty when it is not.
 *
 * @param floor percent of lines and of branches
 */
export function belowFloor(coverage: PackageCoverage, floor: number): string[] {
  if (coverage.files === 0) return [`${coverage.folder}: no source file was covered`];
  return (['lines', 'branches'] as const)
    .filter((kind) => percent(coverage[kind]) < floor)
    .map((kind) => `${coverage.folder}: ${percent(coverage[kind]).toFixed(2)} % of ${kind}, at least ${floor} % is asked for`);
}

function sum(parts: readonly Reached[]): Reached {
  return parts.reduce((all, part) => ({ total: all.total + part.total, covered: all.covered + part.covered }), { total: 0, covered: 0 });
}
