import { expect, test } from 'vitest';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import {
  acceptEvacuation,
  EVACUATE,
  evacuations,
  rebuild,
  rebuildCast,
  stranded,
  undecidedFor,
} from '../../fixtures/rebuilt-server.ts';
import type { BuildWorldOptions } from '../../fixtures/build-world.ts';

/** An evacuation that is asked for again after five seconds; a minute later the second one is refused. */
async function asked(options: BuildWorldOptions) {
  const at = await stranded({ scheduler: afterBuild(() => [['host2']]), ...options });
  await rebuildCast(at, EVACUATE);
  await at.world.clock.advance(5000);
  const again = { ...at, context: await at.server.begin('evacuate') };
  await acceptEvacuation(again);
  await rebuildCast(again, EVACUATE);
  await at.world.clock.advance(60_000);
  expect(at.server.events(again.context)).toEqual([['rebuild_server', 'Error']]);
  return at;
}

test('an evacuation that is refused leaves one that looks for a host its migration', async () => {
  const at = await asked(undecidedFor(6));

  expect(evacuations(at)).toEqual(['accepted', 'accepted']);
  await at.world.end();
  expect(evacuations(at)).toEqual(['done', 'error']);
  expect(at.server.item).toMatchObject({ host: 'host2', vm_state: 'active', task_state: null });
});

test('an evacuation that is refused leaves one its migration whose order its host has not taken yet', async () => {
  const silent = { rebuild_instance: async (): Promise<void> => undefined };
  const hosts = ['host1', 'host2'].map((host) => ({
    host,
    cell: 'cell1',
    heartbeatSeconds: 10,
    ...(host === 'host2' ? { orders: silent } : {}),
  }));

  const at = await asked({ hosts });

  expect(evacuations(at)).toEqual(['accepted', 'error']);
});

test('an evacuation that could not begin ends in error although an execution that was stopped had the server', async () => {
  const at = await stranded({
    scheduler: afterBuild(() => [['host2']]),
    around: (run, { step }, [arn]) =>
      arn.endsWith('-rebuild') && step === 'target-server'
        ? Promise.reject(new TypeError('x is not a function'))
        : run(),
  });
  await at.server.change({ 'op:rebuild:owner': 'stopped' });

  await rebuild(at, EVACUATE);

  expect(evacuations(at)).toEqual(['error']);
});
