import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { OxlintOverride } from 'oxlint';

/** Rooms from the ground up: one knows those before it. Those that stand side by side in one array do not know each other. */
type Rooms = readonly (Room | readonly Room[])[];

/** A folder; with rooms of its own, which its files may import and which never import its files. */
type Room = string | { readonly name: string; readonly rooms: Rooms };

/** What an import must not be, as oxlint's `no-restricted-imports` takes it. */
export interface ImportPattern {
  readonly regex?: string;
  readonly group?: string[];
  readonly message: string;
}

/** A folder of sources whose rooms are walled. */
export interface House {
  readonly folder: string;
  /** What none of its files may import. */
  readonly patterns: readonly ImportPattern[];
  /** All of its folders. The files beside them are the entry points: they import every room, and no room imports them. */
  readonly rooms: Rooms;
}

/**
 * The rules that hold the walls of a house: arrows between its rooms go one way. oxlint takes the last `no-restricted-imports` that fits a
 * file, so each room's says all that holds in it.
 *
 * @throws {Error} when a folder is not in the table, or the table names one that is not there: it would have no walls
 */
export function walls({ folder, patterns, rooms }: House): OxlintOverride[] {
  return [override(folder, patterns), ...wallsOf(folder, rooms, patterns, [])];
}

function wallsOf(folder: string, rooms: Rooms, outer: readonly ImportPattern[], above: readonly string[]): OxlintOverride[] {
  const order = rooms.map((level) => [level].flat() as readonly Room[]);
  checkComplete(
    folder,
    order.flat().map((room) => nameOf(room)),
  );
  const text = order.map((level) => level.map((room) => nameOf(room)).join(', ')).join(' <- ');
  return order.flatMap((level, index) =>
    level.flatMap((room) => {
      const name = nameOf(room);
      const hidden = order
        .slice(index)
        .flat()
        .map((each) => nameOf(each))
        .filter((each) => each !== name);
      const blocked = [...above, ...hidden];
      const depth = folder.split('/src')[1]?.split('/').length ?? 1;
      const regex = `^(?:(?:\\.\\./){1,${depth}}[^/]+$${blocked.length === 0 ? '' : `|(?:\\.\\./)+(?:${blocked.join('|')})/`})`;
      const mine = [...outer, { regex, message: `${folder}: ${text}. A room knows those before it, and no entry point.` }];
      const path = join(folder, name);
      return [override(path, mine), ...(typeof room === 'string' ? [] : wallsOf(path, room.rooms, mine, blocked))];
    }),
  );
}

function override(folder: string, patterns: readonly ImportPattern[]): OxlintOverride {
  return {
    files: [`${folder}/**`],
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns] }] },
  };
}

function nameOf(room: Room): string {
  return typeof room === 'string' ? room : room.name;
}

function checkComplete(folder: string, named: readonly string[]): void {
  const there = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const names = there.map(({ name }) => name);
  for (const name of names) if (!named.includes(name)) throw new Error(`${folder}/${name} has no place in the table of rooms`);
  for (const name of named) if (!names.includes(name)) throw new Error(`The table of rooms names ${folder}/${name}, which is not there`);
}
