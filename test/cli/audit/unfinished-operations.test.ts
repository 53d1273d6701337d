import { expect, test } from 'vitest';
import { findingsOf } from '#cli/audit/audit';
import type { BuildWorld } from '../../fixtures/build-world.ts';
import { shelved, unshelve } from '../../fixtures/shelved-server.ts';
import { reachOf } from '../../restore/restored-world.ts';
import { audit } from '#cli/audit/audit-rules';
import { LONG_AGO, owner, server } from './audited.ts';
import { NO_FACTS } from './no-facts.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const JUST_NOW = '2026-01-01T11:59:00Z';

/** What an audit an hour later finds of a world with one unshelving. */
async function found(world: BuildWorld) {
  await world.clock.advance(3_600_000);
  const [execution] = await world.executions('unshelve');
  const describe = (workflow: string) => Promise.resolve(workflow === 'unshelve' ? execution : undefined);
  return findingsOf({ ...reachOf(world), executions: { describe } });
}

test.each([['conclude', ['conclude']] as const, ['undo', ['unshelve-on-host', 'undo-schedule-in-cell']] as const])(
  'a server whose unshelving broke in its last step (%s) is named with the execution to be redriven',
  async (_step, broken: readonly string[]) => {
    let on = true;
    const at = await shelved(
      { offloaded: true },
      {
        around: (run, { step }) =>
          on && broken.includes(step) ? Promise.reject(new TypeError('x is not a function')) : run(),
      },
    );
    await unshelve(at);
    const [execution] = await at.world.executions('unshelve');

    const before = await found(at.world);
    on = false;
    await at.world.world.runner.redriveExecution({ executionArn: execution?.executionArn ?? '' });
    await at.world.end();

    expect(before).toMatchObject([
      {
        rule: 'unfinished-operation',
        subject: at.server.uuid,
        advice: `conductor execution redrive unshelve/${execution?.name}`,
      },
    ]);
    expect(await found(at.world)).toEqual([]);
  },
);

test.each([
  ['runs', owner('RUNNING'), {}],
  ['has succeeded', owner('SUCCEEDED'), {}],
  ['is gone', owner('gone'), {}],
  ['has failed a moment ago', owner('FAILED'), { updatedAt: JUST_NOW }],
])('a server whose execution %s is in order', (_how, owns, changes) => {
  const facts = {
    ...NO_FACTS,
    now: NOW,
    mappings: [{ uuid: 'server-1', cell: 'cell1' }],
    instances: [server({ updatedAt: LONG_AGO, owners: [owns], ...changes })],
  };

  expect(audit(facts)).toEqual([]);
});
