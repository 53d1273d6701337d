import { describe, expect, it, afterAll, beforeAll } from 'vitest';
import { localDeployment, type LocalDeployment } from '../local-deployment.ts';

describe('conductor config', { timeout: 60_000 }, () => {
  let local: LocalDeployment;
  const conductor = (line: string) => local.conductor(`config ${line}`);
  beforeAll(async () => {
    local = await localDeployment();
  }, 60_000);
  afterAll(() => local.stop());

  it('show prints every option of functions, and where its value comes from', async () => {
    const shown = await conductor('show');

    expect(shown.out).toMatch(/^maxAttempts +3 +default +at run time$/mu);
    expect(shown.out).toMatch(/^requirePrincipals +false +the deployment +by deploying$/mu);
    expect((await conductor('show --changeable')).out).not.toContain('requirePrincipals');
  });

  it('set changes what the command goes by too, and keeps who did so', async () => {
    const set = await conductor('set quotaServerGroups 4');
    const again = await conductor('set quotaServerGroups 5');
    const data = await conductor('show quotaServerGroups --json');
    const quota = await local.conductor('quota defaults --json');

    expect(set.out).toMatch(/^quotaServerGroups: 4 groups; set by run time$/mu);
    expect(again.out).toMatch(/an operator +4 +5\n.*an operator +as deployed +4/u);
    expect(data.data()).toMatchObject({
      key: 'quotaServerGroups',
      value: 5,
      deployed: 10,
      from: 'run time',
      changes: [
        { before: 4, after: 5, changed_by: 'an operator' },
        { before: null, after: 4 },
      ],
    });
    expect(quota.data()).toMatchObject({ server_groups: 5 });
  });

  it('diff shows where run time and deployment differ, and set --unset ends it', async () => {
    await conductor('set enabledFilters ComputeFilter,AvailabilityZoneFilter');
    const differing = await conductor('diff');
    const data = await conductor('diff --json');
    const unset = await conductor('set enabledFilters --unset');
    const after = await conductor('diff');

    expect(differing.out).toMatch(/^enabledFilters +unset +ComputeFilter,AvailabilityZoneFilter$/mu);
    expect(data.data()).toMatchObject({
      differing: expect.arrayContaining([
        { key: 'enabledFilters', deployed: null, value: ['ComputeFilter', 'AvailabilityZoneFilter'] },
      ]),
    });
    expect(unset.out).toContain('enabledFilters: unset; set by default');
    expect(after.out).not.toContain('enabledFilters');
  });

  it.each([
    ['set __proto__ 1', '__proto__ is no option that can be changed at run time'],
    ['set toString 1', 'toString is no option that can be changed at run time'],
    ['set maxAttempts 0', 'maxAttempts is "0": it may be a whole number from 1 to 100'],
    ['set enabledFilters NoFilter', 'enabledFilters is "NoFilter": it may be a list of ComputeFilter'],
    ['set maxAtempts 4', 'maxAtempts is no option that can be changed at run time: did you mean "maxAttempts"?'],
    ['set serviceDownTime 4', 'npx cdk deploy --all --context serviceDownTime=VALUE'],
    ['set maxAttempts', 'give a value, or --unset'],
    ['set maxAttempts 4 --unset', 'give a value, or --unset'],
    ['show maxAtempts', 'did you mean "maxAttempts"?'],
  ])('%s is refused, and says what to do', async (line, says) => {
    expect(await conductor(line)).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });

  it('set of two operators at once changes nothing of what the other has not seen', async () => {
    const both = await Promise.all([conductor('set quotaCores 1'), conductor('set quotaRam 1')]);
    const { data } = await conductor('diff --json');

    const done = both.filter(({ exitCode }) => exitCode === 0).length;
    expect(JSON.stringify(data()).match(/quotaCores|quotaRam/gu)).toHaveLength(done);
    expect(done).toBeGreaterThan(0);
  });
});
