// Logs lines without end, as a service does.
const log = (line: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

log({ msg: 'Ready' });
setInterval(() => {
  for (const about of ['one', 'two']) log({ msg: 'Line', about, end: process.env['LINES_END'] });
}, 20);
