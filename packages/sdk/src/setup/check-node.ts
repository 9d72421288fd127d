// Imported before all others: older versions would run, and fail when the program ends, with its spans still in memory.
export {};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`@tracelink/sdk needs Node 22.15 or later; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}
