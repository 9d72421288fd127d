const lines: string[] = [];

// At the very end, where it is seen, and also when no test was left to run.
process.once('exit', () => {
  process.stdout.write(lines.length === 0 ? 'no client was skipped\n' : `${lines.join('\n')}\n`);
});

/** Has the run end with a line that says what was skipped, and why. */
export function skipped(what: string, reason: unknown): void {
  lines.push(`skipped: ${what}: ${reason instanceof Error ? reason.message : String(reason)}`);
}
