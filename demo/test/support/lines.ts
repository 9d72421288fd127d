// Logs lines without end, as a service does.
const log = (line: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const { LINES_READY: ready, LINES_END: end, NODE_PENDING_DEPRECATION: node } = process.env;

if (ready !== 'no') log({ msg: 'Ready' });
setInterval(() => {
  for (const about of ['one', 'two']) log({ msg: 'Line', about, end, node });
}, 20);
