import { readFileSync } from 'node:fs';
import type { Command } from '../clients/support/client.ts';
import { installed, step } from '../clients/support/installed.ts';
import { directVersions } from '../hops/frameworks/go.ts';
import { javaWith } from '../hops/frameworks/jvm.ts';
import { versionProperties } from '../hops/frameworks/pom.ts';
import { pinned, pythonWith } from '../hops/frameworks/python.ts';
import type { Abilities, Case, Format } from './cases.ts';

/** A tracer of another language, as its users have it. */
export interface Tracer extends Abilities {
  /** The name of its program's folder and of its fixture; what `--only` takes. */
  readonly name: string;
  readonly title: string;
  readonly needs: string;
  versions(): Readonly<Record<string, string>>;
  /** @throws {Error} that says why the program cannot be had here */
  install(): Promise<Command>;
  /** Why what it writes, or reads, of a case is not what the case says; `undefined` where it must be. */
  differs?(direction: 'write' | 'read', wanted: Case): string | undefined;
}

const programs = `${import.meta.dirname}/programs`;
const all: readonly Format[] = ['w3c', 'b3', 'b3multi', 'jaeger'];
const withHeaderBaggage: readonly Format[] = ['w3c', 'b3', 'b3multi'];

const brave: Tracer = {
  name: 'brave',
  title: 'Brave',
  needs: 'a JDK of version 17 and Maven',
  formats: ['b3', 'b3multi'],
  baggage: [],
  shortIds: true,
  b3multiNames: 'specification',
  ...java('brave'),
};

const otelJava: Tracer = {
  name: 'otel-java',
  title: 'OpenTelemetry Java',
  needs: 'a JDK of version 17 and Maven',
  formats: all,
  baggage: all,
  shortIds: false,
  b3multiNames: 'specification',
  ...java('otel-java'),
  differs(direction, { format, baggage }) {
    const isEncoded = Object.values(baggage).some((value) => value.includes('%'));
    if (direction === 'write' || format !== 'jaeger' || !isEncoded) return undefined;
    return 'it decodes no `uberctx-*`, in which tracelink writes `%` as `%25` for the readers that do';
  },
};

const otelGo: Tracer = {
  name: 'otel-go',
  title: 'OpenTelemetry Go, kotel’s carrier',
  needs: 'Go',
  formats: all,
  baggage: withHeaderBaggage,
  shortIds: false,
  b3multiNames: 'lower',
  versions: () => directVersions(readFileSync(`${programs}/otel-go/go.mod`, 'utf8')),
  async install() {
    const folder = await installed('interop-otel-go', async () => {});
    await step('go', ['build', '-o', `${folder}/interop`, '.'], { cwd: `${programs}/otel-go` });
    return { file: `${folder}/interop`, args: [] };
  },
};

const otelPython: Tracer = {
  name: 'otel-python',
  title: 'OpenTelemetry Python, kafka-python’s instrumentation',
  needs: 'Python 3.11 with venv and pip',
  formats: all,
  baggage: all,
  shortIds: false,
  b3multiNames: 'lower',
  versions: () => pinned(readFileSync(`${programs}/otel-python/requirements.txt`, 'utf8')),
  async install() {
    const python = await pythonWith('interop-otel-python', `${programs}/otel-python/requirements.txt`);
    return { file: python, args: [`${programs}/otel-python/interop.py`] };
  },
  differs(direction, { format, baggage }) {
    const isSpaced = Object.values(baggage).some((value) => value.includes(' '));
    if (direction === 'read' || !isSpaced || !withHeaderBaggage.includes(format)) return undefined;
    return 'it writes a space in `baggage` as `+`, which every other reader takes for a plus';
  },
};

/** Every tracer that contexts are exchanged with. */
export const tracers: readonly Tracer[] = [brave, otelJava, otelGo, otelPython];

function java(name: string): Pick<Tracer, 'versions' | 'install'> {
  const pom = `${programs}/${name}/pom.xml`;
  return {
    versions: () => versionProperties(pom),
    install: () => javaWith(`interop-${name}`, pom, `${programs}/${name}/Interop.java`, 'interop.Interop'),
  };
}
