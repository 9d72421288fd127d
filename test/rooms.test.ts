import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import oxlint from '../oxlint.config.ts';
import { walls, type ImportPattern } from '../scripts/rooms.ts';

describe('the walls between rooms', () => {
  let folder: string;
  beforeEach('make a house', () => {
    folder = join(mkdtempSync(join(tmpdir(), 'rooms-')), 'src');
    for (const room of ['core', 'left', 'right', 'hall/inner', 'hall/outer']) mkdirSync(join(folder, room), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const rooms = ['core', ['left', 'right'], { name: 'hall', rooms: ['inner', 'outer'] }] as const;
  /** Whether a file directly in `room` may import `specifier`: the last rule that fits a file counts. */
  function may(room: string, specifier: string): boolean {
    const [rule] = walls({ folder, patterns: [], rooms }).filter(({ files }) => files[0] === `${join(folder, room)}/**`);
    const { patterns } = (rule?.rules?.['no-restricted-imports'] as [string, { patterns: ImportPattern[] }] | undefined)?.[1] ?? {
      patterns: [],
    };
    expect(patterns).to.not.be.empty;
    return patterns.every(({ regex = '$^' }) => !new RegExp(regex).test(specifier));
  }

  it('let a room import those before it, and itself', () => {
    for (const [room, specifier] of [
      ['left', '../core/a.ts'],
      ['left', './b.ts'],
      ['hall', '../left/a.ts'],
      ['hall', './inner/a.ts'],
      ['hall/outer', '../inner/a.ts'],
      ['hall/inner', '../../core/a.ts'],
    ] as const)
      expect(may(room, specifier), `${room} imports ${specifier}`).to.equal(true);
  });

  it('refuse what is behind or beside a room, and the entry points', () => {
    for (const [room, specifier] of [
      ['core', '../left/a.ts'],
      ['core', '../hall/inner/a.ts'],
      ['core', '../index.ts'],
      ['left', '../right/a.ts'],
      ['hall', '../index.ts'],
      ['hall/inner', '../outer/a.ts'],
      ['hall/inner', '../hall.ts'],
      ['hall/outer', '../../index.ts'],
    ] as const)
      expect(may(room, specifier), `${room} imports ${specifier}`).to.equal(false);
  });

  it('are drawn in ARCHITECTURE.md as lint holds them', () => {
    const messages = (oxlint.overrides ?? []).flatMap(({ rules }) => {
      const rule = rules?.['no-restricted-imports'] as [string, { patterns: ImportPattern[] }] | undefined;
      return rule?.[1].patterns.map(({ message }) => message) ?? [];
    });
    const orders = new Set(messages.flatMap((message) => /^(.+: .+ <- .+)\. A room knows/.exec(message)?.[1] ?? []));
    const drawn = readFileSync('ARCHITECTURE.md', 'utf8')
      .split('\n')
      .filter((line) => line.includes(' <- '));
    expect(drawn).to.have.members([...orders]);
    expect(drawn).to.have.length.above(5);
  });

  it('are not built for a folder that the table does not name, nor for one that is not there', () => {
    mkdirSync(join(folder, 'attic'));
    expect(() => walls({ folder, patterns: [], rooms })).to.throw('attic has no place in the table');
    rmSync(join(folder, 'attic'), { recursive: true });
    expect(() => walls({ folder, patterns: [], rooms: [...rooms, 'cellar'] })).to.throw('cellar, which is not there');
  });
});
