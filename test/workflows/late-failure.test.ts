import { describe, expect, test } from 'vitest';
import { API, cellTable, instanceKey, quotaKey } from '#records/keys';
import { operationNames, operationState } from '#records/operation';
import { failBuild } from '#workflows/launch/fail-build';
import { endRecord } from '#servers/finish-deletion';
import { BuildWorld } from '../fixtures/build-world.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { buildRecorded } from '../fixtures/recorded-servers.ts';

/** A server that runs, and the end of its build as an earlier attempt would make it. */
async function built() {
  const world = await BuildWorld.boot({ scheduler: () => [['host1', 'host2']] });
  const { uuids, context } = await world.build();
  const [uuid = ''] = uuids;
  const { request, owner } = operationState(world.server(uuid).item, 'launch');
  const late = (attempt: number) =>
    failBuild(world.services, {
      step: 'fail-build',
      execution: owner ?? '',
      error: { Error: 'MaxRetriesExceeded', Cause: 'no host' },
      state: {
        entry: 'build',
        server: uuid,
        request: request ?? '',
        request_id: context.request_id,
        attempt,
        tried: [],
        cell: 'cell1',
      },
    });
  return { world, uuid, late };
}

/** The same of a server that its API has recorded itself. */
async function builtForApi() {
  const world = await BuildWorld.boot({ scheduler: () => [['host1', 'host2']] });
  const { uuids, context } = await buildRecorded(world);
  const [uuid = ''] = uuids;
  const { request, owner } = operationState(world.server(uuid).item, 'launch');
  const late = () =>
    failBuild(world.services, {
      step: 'fail-build',
      execution: owner ?? '',
      error: { Error: 'MaxRetriesExceeded', Cause: 'no host' },
      state: {
        entry: 'existing',
        server: uuid,
        request: request ?? '',
        request_id: context.request_id,
        attempt: 1,
        tried: [],
        cell: 'cell1',
      },
    });
  return { world, uuid, context, late };
}

describe('the end of a build that comes late', () => {
  test.each([1, 3])('changes nothing of a server that runs by now (attempt %i)', async (attempt) => {
    const { world, uuid, late } = await built();
    const before = world.server(uuid).item;

    await late(attempt);

    expect(world.server(uuid).item).toEqual(before);
    expect(world.claims(uuid)).toEqual(['host1']);
    expect(world.beside(uuid, 'fault#')).toEqual([]);
  });

  test('changes nothing of a server that a later attempt is building', async () => {
    const { world, uuid, late } = await built();
    const states = { vm_state: 'building', task_state: 'spawning', 'op:launch:attempt': 2 };
    await world.platform.tables.update(cellTable('cell1'), instanceKey(uuid), { set: states });

    await late(1);

    expect(world.server(uuid).item).toMatchObject({ ...states, host: 'host1' });
    expect(world.claims(uuid)).toEqual(['host1']);
  });

  test('changes nothing of a server that its host has left in error since', async () => {
    const { world, uuid, late } = await built();
    await world.platform.tables.update(cellTable('cell1'), instanceKey(uuid), { set: { vm_state: 'error' } });
    const before = world.server(uuid).item;

    await late(1);

    expect(world.server(uuid).item).toEqual(before);
    expect(world.claims(uuid)).toEqual(['host1']);
    expect(world.beside(uuid, 'fault#')).toEqual([]);
  });

  test('changes nothing of a server that its API has recorded, and that nobody builds yet', async () => {
    const { world, uuid, late } = await built();
    const { owner, attempt } = operationNames('launch');
    const set = { vm_state: 'building', task_state: 'scheduling', [owner]: null, [attempt]: null };
    await world.platform.tables.update(cellTable('cell1'), instanceKey(uuid), { set });
    const before = world.server(uuid).item;

    await late(1);

    expect(world.server(uuid).item).toEqual(before);
    expect(world.beside(uuid, 'fault#')).toEqual([]);
  });

  test('gives back nothing of a server that a third execution has, when it has taken over from another one', async () => {
    const world = await BuildWorld.boot();
    const { uuids, context } = await world.build(world.request(2));
    const [uuid = ''] = uuids;
    const used = () => world.services.tables.get(API, quotaKey('p'));
    const before = await used();

    await failBuild(world.services, {
      step: 'fail-build',
      execution: 'second',
      error: { Error: 'MaxRetriesExceeded', Cause: 'no host' },
      state: {
        entry: 'reschedule',
        server: uuid,
        request: operationState(world.server(uuid).item, 'launch').request ?? '',
        request_id: context.request_id,
        attempt: 1,
        tried: [],
        previous_owner: 'first',
      },
    });

    expect(before).toMatchObject({ instances: 2 });
    expect(await used()).toEqual(before);
  });

  test('takes nothing from a server that its API had recorded, and that its host has built', async () => {
    const { world, uuid, late } = await builtForApi();
    const before = world.server(uuid).item;

    await late();

    expect(world.server(uuid).item).toEqual(before);
    expect(world.claims(uuid)).toEqual(['host1']);
    expect(await leftOver(world)).toEqual([]);
  });

  test('gives nothing back twice of a server that its API had recorded, and that is deleted by now', async () => {
    const { world, uuid, late, context } = await builtForApi();
    await endRecord(world.services, { ...world.server(uuid), context, execution: 'its user' });
    const used = () => world.services.tables.get(API, quotaKey('p'));
    const before = await used();

    await late();

    expect(before).toMatchObject({ instances: 0 });
    expect(await used()).toEqual(before);
  });
});
