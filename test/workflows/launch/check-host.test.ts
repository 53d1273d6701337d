import { describe, expect, it } from 'vitest';
import type { Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { launchSteps } from '#workflows/launch/steps';
import { rebuildSteps } from '#workflows/rebuild/steps';
import { stepFunction } from '#workflows/step';
import { unshelveSteps } from '#workflows/unshelve/steps';
import { BuildWorld } from '../../fixtures/build-world.ts';

const EXECUTION = 'execution-1';
const SERVER = '22222222-2222-4222-8222-222222222222';
const IDS = { server: SERVER, request: 'request-1', request_id: 'req-1' };
const CELL = { cell: 'cell1', cell_uuid: '11111111-1111-4111-8111-111111111111' };

/** A world with a server whose host lives and whose record holds no time of its last change. */
async function undatedServer(task: Readonly<Item>) {
  const world = await BuildWorld.boot();
  await world.platform.tables.put(cellTable('cell1'), {
    ...task,
    uuid: SERVER,
    host: 'host1',
    deleted: false,
    created_at: 'no date',
    updated_at: 'no date',
    'op:hosts': '|host1|',
  });
  return world;
}

describe('a server whose record holds no time of its last change', () => {
  it('is given up by a build, since it cannot be known that its living host is at work', async () => {
    const world = await undatedServer({
      ...instanceKey(SERVER),
      vm_state: 'building',
      task_state: 'spawning',
      'op:launch:owner': EXECUTION,
      'op:launch:attempt': 1,
    });
    const placed = { ...IDS, cell: 'cell1', host: 'host1', node: 'host1', attempt: 1, chosen: 0, wait_seconds: 120 };
    const state = { ...placed, entry: 'build' as const, tried: [] };

    const looked = await stepFunction(world.services, launchSteps)({ step: 'check-host', execution: EXECUTION, state });

    expect(looked).toMatchObject({ verdict: 'reschedule', outcome: 'unsettled' });
  });

  it('is given up by a rebuild', async () => {
    const world = await undatedServer({
      ...instanceKey(SERVER),
      vm_state: 'active',
      task_state: 'rebuild_spawning',
      'op:rebuild:owner': EXECUTION,
      'op:rebuild:attempt': 1,
    });
    const state = {
      ...IDS,
      ...CELL,
      path: 'same' as const,
      vm_state: 'active',
      source_host: 'host1',
      source_node: 'host1',
      migration: null,
      wait_seconds: 120,
      host: 'host1',
      node: null,
      limits: null,
      zone: 'nova',
    };

    const looking = stepFunction(world.services, rebuildSteps)({ step: 'check-host', execution: EXECUTION, state });

    await expect(looking).rejects.toThrow('host1');
  });

  it('is given up by an unshelve', async () => {
    const world = await undatedServer({
      ...instanceKey(SERVER),
      vm_state: 'shelved_offloaded',
      task_state: 'spawning',
      'op:unshelve:owner': EXECUTION,
      'op:unshelve:attempt': 1,
    });
    const place = { host: 'host1', node: 'host1', zone: 'nova', limits: {} };
    const state = { ...IDS, ...CELL, ...place, path: 'schedule', image_id: null, wait_seconds: 120 };

    const looking = stepFunction(world.services, unshelveSteps)({ step: 'check-host', execution: EXECUTION, state });

    await expect(looking).rejects.toThrow('host1');
  });
});
