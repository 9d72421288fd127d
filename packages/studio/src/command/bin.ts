#!/usr/bin/env node
// Older versions fail somewhere in the middle, or with a SyntaxError that names no version: so this file comes before all others.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 15)) await import('./main.ts');
else {
  process.stderr.write(`tracelink-studio needs Node 22.15 or later; this is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
}
