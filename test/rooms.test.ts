import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
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

  /** Each house that lint has walls for, and its rooms from the ground up, as the messages of its rules say them. */
  function houses(): { readonly folder: string; readonly order: string; readonly levels: readonly (readonly string[])[] }[] {
    const messages = (oxlint.overrides ?? []).flatMap(({ rules }) => {
      const rule = rules?.['no-restricted-imports'] as [string, { patterns: ImportPattern[] }] | undefined;
      return rule?.[1].patterns.map(({ message }) => message) ?? [];
    });
    const orders = new Set(messages.flatMap((message) => /^(.+: .+ <- .+)\. A room knows/.exec(message)?.[1] ?? []));
    return [...orders].map((order) => {
      const [folder = '', text = ''] = order.split(': ');
      return { folder, order, levels: text.split(' <- ').map((level) => level.split(', ')) };
    });
  }

  it('are drawn in ARCHITECTURE.md as lint holds them', () => {
    const drawn = readFileSync('ARCHITECTURE.md', 'utf8')
      .split('\n')
      .filter((line) => line.includes(' <- '));
    expect(drawn).to.have.members(houses().map(({ order }) => order));
    expect(drawn).to.have.length.above(5);
  });

  it('stop every import against the order, of a sibling and of an entry point, and every circle of types, when lint runs', function () {
    this.timeout(120_000);
    const copy = mkdtempSync(join(tmpdir(), 'walls-'));
    const wrong: string[] = [];
    const circles: string[] = [];
    const plant = (file: string, specifier: string): void => {
      mkdirSync(join(copy, dirname(file)), { recursive: true });
      writeFileSync(join(copy, file), `import type { Planted } from '${specifier}';\n\nexport type Other = Planted;\n`);
    };
    try {
      for (const folder of globSync('{packages,services}/*/src/**/')) mkdirSync(join(copy, folder), { recursive: true });
      for (const file of ['oxlint.config.ts', 'scripts/rooms.ts', 'package.json']) cpSync(file, join(copy, file));
      symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
      for (const { folder, levels } of houses()) {
        levels.forEach((level, index) => {
          const [above] = levels[index + 1] ?? [];
          level.forEach((room, place) => {
            const targets = { above, sibling: level[place + 1], entry: 'index.ts' };
            for (const [name, target] of Object.entries(targets)) {
              if (target === undefined) continue;
              const file = `${folder}/${room}/planted-${name}.ts`;
              plant(file, `../${name === 'entry' ? target : `${target}/planted-entry.ts`}`);
              wrong.push(file);
            }
            circles.push(`${folder}/${room}/one.ts`);
            plant(`${folder}/${room}/one.ts`, './two.ts');
            plant(`${folder}/${room}/two.ts`, './one.ts');
          });
        });
      }
      const { stdout } = spawnSync(process.execPath, [resolve('node_modules/oxlint/bin/oxlint'), '-f', 'unix', 'packages', 'services'], {
        cwd: copy,
        encoding: 'utf8',
      });
      const refused = (file: string, rule: string): boolean =>
        stdout.split('\n').some((line) => line.startsWith(`${file}:`) && line.endsWith(`(${rule})]`));
      expect(wrong.filter((file) => !refused(file, 'no-restricted-imports'))).to.deep.equal([]);
      expect(circles.filter((file) => !refused(file, 'no-cycle'))).to.deep.equal([]);
      expect(wrong.filter((file) => file.startsWith('packages/embedded-kafka/'))).to.have.length.above(20);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('are not built for a folder that the table does not name, nor for one that is not there', () => {
    mkdirSync(join(folder, 'attic'));
    expect(() => walls({ folder, patterns: [], rooms })).to.throw('attic has no place in the table');
    rmSync(join(folder, 'attic'), { recursive: true });
    expect(() => walls({ folder, patterns: [], rooms: [...rooms, 'cellar'] })).to.throw('cellar, which is not there');
  });
});
