import nodeModule from 'node:module';

/** Ends a process whose Node has no hooks of the kind that is needed, in one sentence: half of a program's messages traced help no one. */
export function checkNode(): void {
  if (typeof nodeModule.registerHooks === 'function') return;
  process.stderr.write(`@tracelink/kafka/register needs Node 22.15 or later; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
