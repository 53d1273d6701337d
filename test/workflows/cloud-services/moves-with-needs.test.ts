import { describe, expect, test } from 'vitest';
import { InvalidInput } from '#errors';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { PortNeeds } from '#ports/network-ports';
import { fieldsOf, listOf, mapOf, plainText } from '#wire/reading';
import { newObject, setFields } from '#wire/wire';
import type { BuildWorldOptions } from '../../fixtures/build-world.ts';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { SCHEDULED } from '../../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../../fixtures/moves.ts';
import { givePort, PORT, withPorts } from '../../fixtures/ported-server.ts';
import { EVACUATE, migrationOf, rebuildCast, stranded } from '../../fixtures/rebuilt-server.ts';
import { shelved, unshelveCast } from '../../fixtures/shelved-server.ts';

const group = (requesterId: string) => ({
  portId: PORT,
  requesterId,
  resources: { NET_BW_EGR_KILOBIT_PER_SEC: 1000 },
  requiredTraits: ['CUSTOM_PHYSNET_PHYSNET2'],
});

/** A port with two groups, which are met below one provider. */
const GROUPED: PortNeeds = { groups: [group('g1'), group('g2')], sameSubtree: [['g1', 'g2']], grouped: true };

/** A port as a network service answers it that has no groups. */
const LEGACY: PortNeeds = { groups: [group(PORT)], sameSubtree: [], grouped: false };

/**
 * A world with a network service, whose scheduler says which provider meets each group; its hosts have no bandwidth, so
 * that they are asked without.
 */
function mappedWorld(mappings: JsonMap | undefined, options: BuildWorldOptions = {}) {
  const asked: WireObject[] = [];
  const withMappings = (selection: WireObject): WireObject => {
    const request: JsonMap = JSON.parse(plainText(fieldsOf(selection)['allocation_request']));
    const mapped = mappings === undefined ? request : { ...request, mappings };
    return setFields(selection, { allocation_request: JSON.stringify(mapped) });
  };
  const world: BuildWorldOptions = withPorts({
    scheduler: afterBuild(() => [['host2']]),
    ...options,
    adapt: (services) => ({
      ...services,
      scheduler: {
        selectDestinations: async (request) => {
          asked.push(request.spec);
          const spec = setFields(request.spec, { requested_resources: [] });
          const lists = await services.scheduler.selectDestinations({ ...request, spec });
          return lists.map((list) => list.map(withMappings));
        },
      },
    }),
  });
  return { world, asked };
}

const groupsOf = (spec: Json | undefined): JsonMap[] => listOf(fieldsOf(spec)['requested_resources']).map(fieldsOf);

const PROVIDERS = { g1: ['B'], g2: ['C'] };

describe('a move of a server whose ports need bandwidth', () => {
  test('asks for a group of each port, named by it (PORTS-01)', async () => {
    const { world, asked } = mappedWorld({ [PORT]: ['B'] });
    const moving = await coldWorld(world);
    await givePort(moving.of, moving.uuid, { needs: LEGACY });

    await moving.cast();

    expect(groupsOf(asked.at(-1))).toMatchObject([
      { requester_id: PORT, use_same_provider: true, required_traits: ['CUSTOM_PHYSNET_PHYSNET2'] },
    ]);
    expect(fieldsOf(fieldsOf(asked.at(-1))['request_level_params'])).toEqual({});
  });

  test('asks for all groups of a port, below one provider, and names the providers in the order (PORTS-02, PORTS-08)', async () => {
    const { world, asked } = mappedWorld(PROVIDERS);
    const moving = await coldWorld(world);
    await givePort(moving.of, moving.uuid, { needs: GROUPED });

    await moving.cast();

    expect(groupsOf(asked.at(-1)).map(({ requester_id }) => requester_id)).toEqual(['g1', 'g2']);
    expect(fieldsOf(fieldsOf(asked.at(-1))['request_level_params'])).toMatchObject({ same_subtree: [['g1', 'g2']] });
    expect(groupsOf(moving.order('prep_resize')['request_spec'])).toMatchObject([
      { requester_id: 'g1', provider_uuids: ['B'] },
      { requester_id: 'g2', provider_uuids: ['C'] },
    ]);
  });

  test('asks for the lists of two ports, each below a provider of its own (PORTS-03)', async () => {
    const { world, asked } = mappedWorld({ ...PROVIDERS, g3: ['D'], g4: ['E'] });
    const moving = await liveWorld(world);
    await givePort(moving.of, moving.uuid, { needs: GROUPED });
    const second = { groups: [group('g3'), group('g4')], sameSubtree: [['g3', 'g4']], grouped: true };
    await givePort(moving.of, moving.uuid, { id: '5f3a9e0c-3d3e-4a51-9f0d-0d6a6f1f2c12', needs: second });

    await moving.cast(SCHEDULED);

    expect(fieldsOf(fieldsOf(asked.at(-1))['request_level_params'])).toMatchObject({
      same_subtree: [
        ['g1', 'g2'],
        ['g3', 'g4'],
      ],
    });
  });

  test('asks for nothing where a port has no needs, and names the networks of the server (PORTS-04, PORTS-15)', async () => {
    const { world, asked } = mappedWorld(undefined);
    const moving = await coldWorld(world);
    await givePort(moving.of, moving.uuid);

    await moving.cast();

    const { network_metadata, requested_networks } = fieldsOf(asked.at(-1));
    expect(groupsOf(asked.at(-1))).toEqual([]);
    expect(fieldsOf(network_metadata)).toEqual({ physnets: ['physnet0'], tunneled: true });
    expect(listOf(fieldsOf(requested_networks)['objects']).map(fieldsOf)).toMatchObject([{ port_id: PORT }]);
  });

  test('leaves the networks as they were sent where none is cached (PORTS-16)', async () => {
    const { world, asked } = mappedWorld(undefined);
    const moving = await coldWorld(world);
    const { requested_networks: before = null } = fieldsOf(moving.spec());

    await moving.cast();

    expect(fieldsOf(asked.at(-1))['requested_networks'] ?? null).toEqual(before);
  });

  test('is not begun where the network service refuses (PORTS-07)', async () => {
    const { world } = mappedWorld(undefined);
    const refusing = {
      ...world,
      adapt: (services: Parameters<NonNullable<typeof world.adapt>>[0]) => ({
        ...services,
        networkPorts: {
          ...(services.networkPorts ?? neverAsked()),
          needs: () => Promise.reject(new InvalidInput({ reason: 'the network service refused: 500' })),
        },
      }),
    };
    const moving = await coldWorld(refusing);

    await moving.cast();

    expect(moving.state).toBe('active/null');
    expect(moving.migrations).toEqual([]);
    expect(moving.orders('prep_resize')).toEqual([]);
    expect(moving.faultRecords).toHaveLength(1);
  });

  test('that is unshelved asks for the groups of its own ports alone (PORTS-05)', async () => {
    const { world, asked } = mappedWorld(PROVIDERS);
    const at = await shelved({ offloaded: true }, world);
    await givePort(at.world, at.server.uuid, { needs: GROUPED });
    const gone = newObject('RequestGroup', '1.3', { requester_id: 'gone', resources: { VCPU: 1 } });

    await unshelveCast(at, { requested_resources: [gone] });
    await at.world.end();

    expect(groupsOf(asked.at(-1)).map(({ requester_id }) => requester_id)).toEqual(['g1', 'g2']);
    const [order] = at.world.orders(at.server.uuid).filter(({ method }) => method === 'unshelve_instance');
    expect(groupsOf(mapOf(order?.args)['request_spec']).map(({ provider_uuids }) => provider_uuids)).toEqual([
      ['B'],
      ['C'],
    ]);
  });

  test('that is evacuated ends in error where nobody says which providers meet them (PORTS-10)', async () => {
    const { world } = mappedWorld(undefined);
    const at = await stranded(world);
    await givePort(at.world, at.server.uuid, { needs: GROUPED });

    await rebuildCast(at, EVACUATE);
    await at.world.end();

    expect(migrationOf(at)?.['status']).toBe('error');
    expect(at.server.state).toBe('error/null');
    expect(at.world.beside(at.server.uuid, 'fault#')).toHaveLength(1);
    expect(at.world.claims(at.server.uuid)).toEqual(['host1']);
  });
});

function neverAsked(): never {
  throw new Error('the world has no network service');
}
