import { expect } from 'chai';
import { describePlan } from '../plan/describe.ts';
import { planOf } from '../plan/generate.ts';
import type { Plan } from '../plan/plan.ts';
import { shrink } from '../plan/shrink.ts';

describe('the plans of seeds', () => {
  it('are the same for the same seed, and differ for others', () => {
    expect(planOf(7)).to.deep.equal(planOf(7));
    const plans = new Set(Array.from({ length: 100 }, (_, seed) => JSON.stringify(planOf(seed))));
    expect(plans.size).to.equal(100);
  });

  it('have every kind of step among a few hundred', () => {
    const kinds = new Set(Array.from({ length: 300 }, (_, seed) => planOf(seed).steps.map((step) => step.do)).flat());
    expect(kinds.size).to.equal(25);
  });

  it('have every fate of a record among a few hundred', () => {
    const fates = Array.from({ length: 300 }, (_, seed) => planOf(seed).steps)
      .flat()
      .flatMap((step) => (step.do === 'send' ? step.records.map(({ fate }) => fate) : []));
    expect(new Set(fates)).to.have.keys('fine', 'flaky', 'stops', 'skipped', 'poison', 'hangs', 'deaf', 'slow');
  });

  it('survive serialization to another process', () => {
    for (let seed = 0; seed < 100; seed++) expect(JSON.parse(JSON.stringify(planOf(seed)))).to.deep.equal(planOf(seed));
  });

  it('are described in a line for the set-up and one for each step', () => {
    const plan = planOf(3);
    expect(describePlan(plan)).to.have.length(plan.steps.length + 1);
  });
});

describe('shrinking a plan', () => {
  const hasPoison = ({ steps }: Plan): boolean =>
    steps.some((step) => step.do === 'send' && step.records.some(({ fate }) => fate === 'poison'));

  it('leaves only the step, record and set-up that the failure needs', async () => {
    const seed =
      Array.from({ length: 100 }, (_, each) => each).find((each) => hasPoison(planOf(each)) && planOf(each).steps.length > 8) ?? 0;
    const { setup, steps } = await shrink(planOf(seed), async (plan) => hasPoison(plan), { within: 10_000, atOnce: 4 });
    expect(steps).to.have.length(1);
    expect(steps[0]).to.have.property('records').with.length(1);
    expect(setup).to.include({ brokers: 1, keys: 1, retryTopics: 'none' });
    expect(setup.partitions).to.deep.equal([1]);
  });
});
