import { describe, expect, test } from 'vitest';
import { coursesOf, plansOf } from '../worlds/every-world.ts';
import { playCourse } from '../worlds/outage-course.ts';
import { playWorld } from '../worlds/play-world.ts';
import { ActingRoles } from './acting-roles.ts';
import { deployedPolicies } from './template-policies.ts';

const policies = deployedPolicies({ notifyOnStateChange: 'vm_and_task_state' });

describe('functions in the roles that the templates give them', () => {
  test.each(['builds', 'moves', 'rough'] as const)(
    'do nothing that is denied in random worlds of %s, which end well',
    { timeout: 1_200_000 },
    async (kind) => {
      const acting = new ActingRoles(policies);
      const left: string[] = [];

      for (const plan of plansOf(kind, 60)) left.push(...(await playWorld(plan, { setUp: acting.setUp })).leftOver);

      expect(acting.noted.filter(({ allowed }) => !allowed)).toEqual([]);
      expect(left).toEqual([]);
    },
  );

  test('do nothing that is denied while services are away', { timeout: 1_200_000 }, async () => {
    const acting = new ActingRoles(policies);

    for (const course of coursesOf(30)) await playCourse(course, true, { setUp: acting.setUp });

    expect(acting.noted.filter(({ allowed }) => !allowed)).toEqual([]);
    expect(acting.noted.length).toBeGreaterThan(250);
  });
});
