import { expect, test } from 'vitest';
import { afterBuild, dies } from '../../fixtures/host-scripts.ts';
import { EVACUATE, migrationOf, rebuildCast, stranded } from '../../fixtures/rebuilt-server.ts';

test('an evacuation is done where its user has had the server offloaded from the destination, which died before it had ended the migration', async () => {
  const at = await stranded({
    scheduler: afterBuild(() => [['host2']]),
    behaviour: ({ method }) => dies(method === 'rebuild_instance'),
  });
  await rebuildCast(at, EVACUATE);
  await at.world.clock.advance(1000);
  const offloaded = { vm_state: 'shelved_offloaded', task_state: null, host: null, node: null };
  await at.server.change({ ...offloaded, 'op:ended': 'active' });

  await at.world.end();

  expect(at.server.state).toBe('shelved_offloaded/null');
  expect(migrationOf(at)?.['status']).toBe('done');
});
