import { expect } from 'chai';
import fc from 'fast-check';
import { GroupClient } from './group-client.ts';
import { GroupHarness, outcome } from './group-harness.ts';

/** A group, its clients, and the actions that may happen to them. */
class World {
  readonly harness = new GroupHarness({ groupInitialRebalanceDelayMs: 500 });
  readonly clients: GroupClient[];
  #lastGeneration = 0;

  constructor(versions: readonly number[]) {
    this.clients = versions.map((version, i) => new GroupClient(this.harness, i, version === 9 && i % 2 === 0, version));
  }

  async run([command, index, ms]: readonly [string, number, number]): Promise<void> {
    const client = this.clients[index % this.clients.length]!;
    const { group, clock } = this.harness;
    const members = group.describe().members;
    if (command === 'advance') clock.advance(ms);
    else if (command === 'crash') client.alive = false;
    else if (command === 'rebalance') {
      if (members.length > 0) group.triggerRebalance();
    } else if (command === 'expire') members.slice(index, index + 1).forEach(({ memberId }) => group.expireMember(memberId));
    else if (command === 'fail over') group.failOver();
    else if (command === 'leave') group.leave([{ memberId: client.memberId, groupInstanceId: client.groupInstanceId }]);
    else if (client.alive) await client.step(command === 'lost connection');
    this.checkInvariants();
  }

  checkInvariants(): void {
    const { group } = this.harness;
    const { state, generationId, members } = group.describe();
    expect(generationId, 'generations only grow').to.be.at.least(this.#lastGeneration);
    this.#lastGeneration = generationId;
    const instances = members.flatMap(({ groupInstanceId }) => groupInstanceId ?? []);
    expect(new Set(instances).size, 'one member for an instance id').to.equal(instances.length);
    if (state === 'Empty') expect(members).to.have.length(0);
    if (state === 'Stable' || state === 'CompletingRebalance') expect(members).to.not.have.length(0);
  }
}

const command = fc.tuple(
  fc.constantFrom(
    'step',
    'step',
    'step',
    'step',
    'step',
    'lost connection',
    'advance',
    'advance',
    'crash',
    'leave',
    'rebalance',
    'expire',
    'fail over',
  ),
  fc.nat(5),
  fc.constantFrom(1, 600, 4_000, 11_000, 25_000),
);

describe('a Group under any sequence of client actions', () => {
  it('brings all live members into one generation with their assignments, removes the others, and answers every request', async function () {
    this.timeout(120_000);
    const versions = fc.array(fc.constantFrom(2, 3, 5, 9), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(versions, fc.array(command, { maxLength: 60 }), async (of, commands) => {
        const world = new World(of);
        for (const each of commands) await world.run(each);
        const { group, clock } = world.harness;
        const living = world.clients.filter(({ alive }) => alive);
        // The live clients continue for longer than any session or rebalance timeout.
        for (let round = 0; round < 120; round += 1) {
          for (const client of living) await client.step();
          clock.advance(1_000);
        }
        for (const client of living) await client.step();
        const { state, members } = group.describe();
        expect(members.map(({ memberId }) => memberId)).to.have.members(living.map(({ memberId }) => memberId));
        expect(state).to.equal(living.length === 0 ? 'Empty' : 'Stable');
        expect(living.every(({ isStable }) => isStable)).to.equal(true);
        expect(clock.timers, 'one timer for each member').to.equal(living.length);
        // Now all clients die.
        clock.advance(100_000);
        expect([group.state, clock.timers]).to.deep.equal(['Empty', 0]);
        for (const client of world.clients) {
          for (const asked of client.asked) expect(await outcome<unknown>(asked)).to.not.equal('delayed');
        }
      }),
      { numRuns: 300 },
    );
  });
});
