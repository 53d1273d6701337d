import { describe, expect, it } from 'vitest';
import type { StepEvent } from '../../functions/workflows/step.ts';
import { instanceOf } from '#records/instance-item';
import { cellTable, instanceKey } from '#records/keys';
import { startAction } from '#records/methods/instance-action';
import { DELETION } from '#records/operation';
import { BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';

const attemptOf = ({ state }: StepEvent<unknown>): unknown =>
  typeof state === 'object' && state !== null ? Reflect.get(state, 'attempt') : undefined;

/** A build that its first host gives back; once before a step its user deletes it, as the API has read it before. */
async function deletedBefore(step: string, attempt: number): Promise<{ world: BuildWorld; uuid: string }> {
  let booted: BuildWorld | undefined;
  let done = false;
  const deleting = async (world: BuildWorld): Promise<void> => {
    done = true;
    const { tables } = world.platform;
    const found = world.items(cellTable('cell1')).find(({ sk }) => sk === 'instance');
    const uuid = typeof found?.['uuid'] === 'string' ? found['uuid'] : '';
    const set = { task_state: 'deleting', [DELETION]: true };
    const { item } = await tables.update(cellTable('cell1'), instanceKey(uuid), { set });
    const { context } = world.request();
    await startAction({ ...world.services, context, cell: { name: 'cell1', uuid: '' } }, uuid, 'delete');
    await world.services.compute.cast({
      cell: 'cell1',
      host: 'host1',
      method: 'terminate_instance',
      version: '6.0',
      args: {
        instance: instanceOf(item, ['metadata', 'system_metadata', 'info_cache', 'security_groups']).toPrimitive(),
        bdms: null,
      },
      context,
      uniqueId: 'terminate',
    });
  };
  const world = await BuildWorld.boot({
    scheduler: () => [['host1', 'host2', 'host3']],
    behaviour: ({ method, host }) =>
      method === 'build_and_run_instance' && host === 'host1' ? { fail: 'no disk' } : 'build',
    around: async (run, event) => {
      if (booted !== undefined && !done && event.step === step && attemptOf(event) === attempt) await deleting(booted);
      return run();
    },
  });
  booted = world;
  const { uuids } = await world.build();
  return { world, uuid: uuids[0] ?? '' };
}

describe('a server that its user deletes while its build is being rescheduled', () => {
  it.each([
    ['an alternate is claimed', 'claim-alternate', 1],
    ['the alternate gets its order', 'build-on-host', 2],
  ] as const)('before %s is gone, and nothing is left of it', async (_title, step, attempt) => {
    const { world, uuid } = await deletedBefore(step, attempt);

    expect(world.server(uuid).item['deleted']).toBe(true);
    expect(world.orders(uuid).map(({ method }) => method)).toEqual(['build_and_run_instance', 'terminate_instance']);
    expect(world.claims(uuid)).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  });
});
