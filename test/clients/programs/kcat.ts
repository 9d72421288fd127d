// kcat, which is librdkafka: kcat.ts <kcat> <bootstrap> <scenario> <name>.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { atRest, GroupMember, until } from './kcat-group-member.ts';

const [kcat = '', bootstrap = '', scenario = '', name = ''] = process.argv.slice(2);

/** One line of kcat's -J. */
interface Line {
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly payload: string;
  readonly headers?: readonly string[];
}

const scenarios: Readonly<Record<string, () => Promise<void>>> = {
  async messages() {
    for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
      const lines = Array.from({ length: 60 }, (_, index) => `key-${index % 7}\t${codec}-${index}`);
      const headers = [`codec=${codec}`, 'twice=1', 'twice=2'].flatMap((header) => ['-H', header]);
      await run(['-P', '-t', name, '-z', codec, '-K', '\t', ...headers, '-X', 'enable.idempotence=true'], lines);
    }
    for (const { partition, offset, key, payload, headers = [] } of await readAsGroup()) {
      emit('record', { partition, offset, key, value: payload, headers: pairs(headers) });
    }
    // The next message that the group gets is at the offset that it has committed.
    for (const partition of [0, 1, 2]) await run(['-P', '-t', name, '-p', String(partition)], ['next']);
    for (const { partition, offset } of await readAsGroup()) emit('committed', { partition, offset });
  },

  async members() {
    for (const assignor of ['range', 'cooperative-sticky']) {
      const topic = `${name}-${assignor}`;
      const member = (): GroupMember => new GroupMember(kcat, bootstrap, topic, assignor);
      const stays = member();
      emit('assigned', { assignor, members: await atRest([stays], [4]) });
      const leaves = member();
      emit('assigned', { assignor, members: await atRest([stays, leaves], [2, 2]) });
      for (const partition of [0, 1, 2, 3]) await run(['-P', '-t', topic, '-p', String(partition)], [`value-${partition}`]);
      await until([stays, leaves], () => stays.lines.length + leaves.lines.length === 4);
      for (const [index, { lines }] of [stays, leaves].entries()) {
        for (const { partition, payload } of parsed(lines)) emit('shared', { assignor, member: index, partition, value: payload });
      }
      await leaves.end();
      emit('assigned', { assignor, members: await atRest([stays], [4]) });
      await stays.end();
    }
  },

  /** kcat commits when its input ends; what it leaves open when it is killed is aborted by the next of its id. */
  async transactions() {
    for (const partition of ['0', '1', '2']) {
      const produce = ['-P', '-t', name, '-p', partition, '-X', `transactional.id=${name}-${partition}`];
      const killed = spawn(kcat, ['-b', bootstrap, ...produce], { stdio: ['pipe', 'ignore', 'ignore'] });
      // kcat takes its input in blocks: what comes after the line has no end, and is no message.
      killed.stdin.write(`aborted-${partition}\n${'.'.repeat(8_192)}`);
      await run(['-C', '-t', name, '-p', partition, '-o', 'beginning', '-c', '1', '-X', 'isolation.level=read_uncommitted']);
      killed.kill('SIGKILL');
      await run(produce, [`committed-${partition}`]);
    }
    for (const isolation of ['committed', 'uncommitted']) {
      const count = isolation === 'committed' ? '3' : '6';
      const lines = await run(['-C', '-J', '-t', name, '-o', 'beginning', '-c', count, '-X', `isolation.level=read_${isolation}`]);
      for (const { partition, offset, payload } of parsed(lines)) emit('read', { isolation, partition, offset, value: payload });
    }
  },

  async admin() {
    await run(
      ['-P', '-t', name, '-p', '0'],
      Array.from({ length: 10 }, () => 'v'),
    );
    const { brokers, topics } = JSON.parse((await run(['-L', '-J', '-t', name])).join('')) as Metadata;
    emit('fact', { name: 'cluster', value: brokers.length > 0 });
    emit('fact', { name: 'partitions', value: topics[0]?.partitions.length });
    const [line = ''] = await run(['-Q', '-t', `${name}:0:-1`]);
    emit('fact', { name: 'latest', value: Number(/offset (-?\d+)$/.exec(line)?.[1]) });
  },
};

interface Metadata {
  readonly brokers: readonly unknown[];
  readonly topics: readonly { readonly partitions: readonly unknown[] }[];
}

/** Reads what there is as a member of a group, which commits when it ends. */
async function readAsGroup(): Promise<Line[]> {
  return parsed(await run(['-J', '-e', '-q', '-G', name, '-X', 'auto.offset.reset=earliest', name]));
}

function parsed(lines: readonly string[]): Line[] {
  return lines.map((line) => JSON.parse(line) as Line);
}

function pairs(list: readonly string[]): [string, string][] {
  return Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index] ?? '', list[2 * index + 1] ?? '']);
}

/** Runs kcat to its end, with lines of input. */
async function run(args: readonly string[], input: readonly string[] = []): Promise<string[]> {
  const child = spawn(kcat, ['-b', bootstrap, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input.join('\n'));
  const [[code], output] = await Promise.all([once(child, 'close'), text(child.stdout)]);
  if (code !== 0) throw new Error(`kcat ${args.join(' ')} ended with ${code}`);
  return output.split('\n').filter((line) => line !== '');
}

function emit(event: string, fields: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

const chosen = scenarios[scenario];
if (chosen === undefined) throw new Error(`There is no scenario ${scenario}`);
await chosen();
