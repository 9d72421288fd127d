// Ends the process where anything asks Node for a thread of loader hooks.
const loader = require('node:module');

loader.register = () => {
  console.error('a loader thread');
  process.exit(1);
};
loader.syncBuiltinESMExports();
