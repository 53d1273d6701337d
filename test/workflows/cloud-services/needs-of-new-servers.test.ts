import { describe, expect, test } from 'vitest';
import { requestGroup } from '#request-specs/instance-needs';
import { newObject, setFields } from '#wire/wire';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { ALTERNATES, withSpec } from '../../fixtures/built.ts';

const NOBODY_HAS = 'CUSTOM_NOBODY_HAS';

describe('a new server', () => {
  test('without needs is ordered though the scheduler describes its claim by text that is no JSON (PORTS-11)', async () => {
    const world = await BuildWorld.boot({
      scheduler: () => ALTERNATES,
      adapt: (services) => ({
        ...services,
        scheduler: {
          selectDestinations: async (request) => {
            const lists = await services.scheduler.selectDestinations(request);
            return lists.map((list) =>
              list.map((selection) => setFields(selection, { allocation_request: 'no JSON' })),
            );
          },
        },
      }),
    });

    const { uuids } = await world.build();

    expect(world.orders(uuids[0] ?? '').map(({ method }) => method)).toEqual(['build_and_run_instance']);
  });

  test('whose port needs what no provider has is placed nowhere (PORTS-13)', async () => {
    const world = await BuildWorld.boot();
    const resources = { NET_BW_EGR_KILOBIT_PER_SEC: 1000 };
    const group = requestGroup({ requesterId: 'g1', resources, requiredTraits: [], forbiddenTraits: [] });

    const { uuids } = await world.build(withSpec({ requested_resources: [group] })(world.request()));

    const [uuid = ''] = uuids;
    expect(world.orders(uuid)).toEqual([]);
    expect(world.claims(uuid)).toEqual([]);
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', host: null });
  });

  test('that requires of the root a trait that no host has is buried, and the log names the trait (PORTS-14)', async () => {
    const world = await BuildWorld.boot();
    const params = newObject('RequestLevelParams', '1.1', {
      root_required: [NOBODY_HAS],
      root_forbidden: [],
      same_subtree: [],
    });

    const { uuids } = await world.build(withSpec({ request_level_params: params })(world.request()));

    const [uuid = ''] = uuids;
    expect(world.server(uuid).item).toMatchObject({ vm_state: 'error', host: null });
    expect(world.beside(uuid, 'fault#').map(({ code }) => code)).toEqual([500]);
    expect(JSON.stringify(world.platform.log.lines)).toContain(NOBODY_HAS);
  });
});
