import type { Command } from '../clients/support/client.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { RawHeaders } from '../recorded/fixture-folder.ts';
import type { Case, Format } from './cases.ts';

/** A context as a tracer names it. */
export interface Named {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  readonly traceState: string;
  readonly baggage: Readonly<Record<string, string>>;
}

/*
 * A job is a line, and so is its answer; fields are separated by tabs, pairs of `name:<Base64>` by spaces:
 *
 *   write <format> <trace id> <span id> <sampled: 0 or 1> <tracestate> <baggage>  ->  <trace id> <span id> <sampled> <tracestate> <headers>
 *   read <format> <headers>  ->  <trace id> <span id> <sampled> <tracestate> <baggage>, or "-" where it found none
 *
 * A tracer that writes the context of a span of its own answers with that span's.
 */

/** @returns what `wanted` is for a tracer's program to write */
export function writeJob({ format, traceId, spanId, sampling, traceState, baggage }: Case): string {
  return ['write', format, traceId, spanId, sampling === 'sampled' ? '1' : '0', traceState, pairs(Object.entries(baggage))].join('\t');
}

export function readJob(format: Format, headers: RawHeaders): string {
  return ['read', format, pairs(headers)].join('\t');
}

/** @throws when the line is no answer */
export function writtenBy(line: string): { readonly named: Named; readonly headers: RawHeaders } {
  const { fields, named } = parsed(line);
  return { named, headers: entries(fields[4] ?? '') };
}

/** @returns `undefined` where it read no context */
export function readBy(line: string): Named | undefined {
  if (line === '-') return undefined;
  const { fields, named } = parsed(line);
  return { ...named, baggage: Object.fromEntries(entries(fields[4] ?? '')) };
}

function parsed(line: string): { readonly fields: readonly string[]; readonly named: Named } {
  const fields = line.split('\t');
  const [traceId = '', spanId = '', sampled = '', traceState = ''] = fields;
  if (fields.length !== 5) throw new Error(`this is no answer: ${line}`);
  return { fields, named: { traceId, spanId, sampled: sampled === '1', traceState, baggage: {} } };
}

function pairs(all: RawHeaders): string {
  return all.map(([name, value]) => `${name}:${Buffer.from(value ?? '').toString('base64')}`).join(' ');
}

function entries(all: string): [string, string][] {
  return all
    .split(' ')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(':');
      return [name, Buffer.from(value, 'base64').toString()];
    });
}

const limitMs = 60_000;

/**
 * Has a program do jobs. @returns its answers, one for each
 *
 * @throws when it ends otherwise, or answers less
 */
export async function answersOf({ file, args, ...options }: Command, jobs: readonly string[]): Promise<readonly string[]> {
  const child = spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'], timeout: limitMs });
  child.stdin.end(jobs.map((job) => `${job}\n`).join(''));
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  const answers = stdout.split('\n').slice(0, -1);
  if (code !== 0 || answers.length !== jobs.length) throw new Error(`it ended with ${code} after ${answers.length} answers:\n${stderr}`);
  return answers;
}
