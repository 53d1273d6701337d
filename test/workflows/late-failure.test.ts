import { describe, expect, test } from 'vitest';
import { cellTable, instanceKey } from '#records/keys';
import { operationState } from '#records/operation';
import { failBuild } from '#workflows/launch/fail-build';
import { BuildWorld } from '../fixtures/build-world.ts';

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
});
