import { describe, expect, test } from 'vitest';
import { NoValidHost, PortBindingFailed } from '#errors';
import type { Json, JsonMap } from '#ports/json';
import type { DestinationRequest } from '#ports/scheduler';
import type { PortNeeds } from '#ports/network-ports';
import { cellQueue } from '#ports/host-queue';
import { fieldsOf, listOf, mapOf, plainText } from '#wire/reading';
import { replyEnvelope } from '#wire/envelope';
import { newObject, setFields } from '#wire/wire';
import type { BuildWorldOptions } from '../../fixtures/build-world.ts';
import { checked, FORCED, SCHEDULED } from '../../fixtures/live-moves.ts';
import { liveWorld, type MovingWorld } from '../../fixtures/moves.ts';
import { boundTo, givePort, PORT, withPorts } from '../../fixtures/ported-server.ts';
import { watching } from '../../fixtures/watching.ts';

/** A group of the port; the hosts of the world have no bandwidth, so that it asks for none. */
const NEEDS: PortNeeds = {
  groups: [{ portId: PORT, requesterId: 'g1', resources: {}, requiredTraits: [] }],
  sameSubtree: [],
  grouped: true,
};

/** The scheduler says that a provider meets the group of the port. */
const mapping =
  (mappings: JsonMap) =>
  (selection: JsonMap): JsonMap => {
    const { allocation_request } = selection;
    return { allocation_request: JSON.stringify({ ...JSON.parse(plainText(allocation_request)), mappings }) };
  };

const withSelection = (change: (selection: JsonMap) => JsonMap): BuildWorldOptions => ({
  scheduler: () => [['host2']],
  adapt: (services) => ({
    ...services,
    scheduler: {
      selectDestinations: async (request) =>
        (await services.scheduler.selectDestinations(request)).map((list) =>
          list.map((selection) => setFields(selection, change(fieldsOf(selection)))),
        ),
    },
  }),
});

/** Destinations answer the question with these interfaces. */
const answered = (vifs: readonly JsonMap[]): BuildWorldOptions => ({
  scheduler: () => [['host2']],
  adapt: (services) => ({
    ...services,
    compute: {
      ...services.compute,
      call: async ({ cell, messageId }) => {
        const objects = vifs.map((vif) => newObject('VIFMigrateData', '1.0', vif));
        const answer = newObject('LibvirtLiveMigrateData', '1.14', { vifs: objects });
        const body = replyEnvelope(messageId, `${messageId}-reply`, answer, null);
        await services.queues.send(cellQueue(cell), { body, attributes: { sender: 'host2' } });
      },
    },
  }),
});

/** The first interface in the order to move the server. */
function orderedInterface(moving: MovingWorld): JsonMap {
  const data = fieldsOf(moving.order('live_migration')['migrate_data']);
  return fieldsOf(listOf(data['vifs'])[0]);
}

/** Whether host2 was rejected before. */
const isRejected = ({ spec }: DestinationRequest): boolean => listOf(fieldsOf(spec)['ignore_hosts']).includes('host2');

const ELSEWHERE: BuildWorldOptions['scheduler'] = (request) => [[isRejected(request) ? 'host3' : 'host2']];

const NOWHERE: BuildWorldOptions['scheduler'] = (request) =>
  isRejected(request) ? new NoValidHost({ reason: '' }) : [['host2']];

const refused = () => Promise.reject(new PortBindingFailed({ port_id: PORT }));

const parsed = (text: Json | undefined): Json => JSON.parse(plainText(text));

describe('the ports of a server that is migrated live', () => {
  test('are bound to the destination before the order, which holds the bindings (BIND-01)', async () => {
    const moving = await liveWorld(withPorts());
    await givePort(moving.of, moving.uuid, { profile: { trusted: 'true' } });

    await moving.cast(SCHEDULED);

    const { port_id, vnic_type, vif_type, vif_details_json, profile_json } = orderedInterface(moving);
    expect({ port_id, vnic_type, vif_type, vif_details_json }).toEqual({
      port_id: PORT,
      vnic_type: 'normal',
      vif_type: 'ovs',
      vif_details_json: '{}',
    });
    expect(parsed(profile_json)).toEqual({ trusted: 'true' });
    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE', host2: 'INACTIVE' });
  });

  test('are bound with the profile that the destination filled (BIND-02)', async () => {
    const moving = await liveWorld(withPorts(answered([{ port_id: PORT, profile_json: '{"pci_slot": "a"}' }])));
    await givePort(moving.of, moving.uuid, { profile: { pci_slot: 'b' } });

    await moving.cast(SCHEDULED);

    expect(parsed(orderedInterface(moving)['profile_json'])).toEqual({ pci_slot: 'a' });
  });

  test.each([
    ['of each of their groups', true, { g1: 'B' }],
    ['where a port has one', false, 'B'],
  ])('are bound with the provider %s (BIND-03)', async (_which, grouped, allocation) => {
    const moving = await liveWorld(withPorts(withSelection(mapping({ '': ['H'], g1: ['B'] }))));
    await givePort(moving.of, moving.uuid, { needs: { ...NEEDS, grouped } });

    await moving.cast(SCHEDULED);

    expect(parsed(orderedInterface(moving)['profile_json'])).toEqual({ allocation });
  });

  test('are left to the computes where the network service binds a port to one host alone (BIND-04)', async () => {
    const moving = await liveWorld(withPorts({}, (ports) => ({ ...ports, hasBindings: async () => false })));
    await givePort(moving.of, moving.uuid);

    await moving.cast(SCHEDULED);

    expect(fieldsOf(moving.order('live_migration')['migrate_data'])['vifs']).toBeUndefined();
    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE' });
  });

  test('that cannot be bound to a destination have the next one asked (BIND-05)', async () => {
    const moving = await liveWorld(withPorts({ scheduler: ELSEWHERE }, undefined, ['host1', 'host3']));
    await givePort(moving.of, moving.uuid);

    await moving.cast(SCHEDULED);

    expect(checked(moving)).toEqual(['host2', 'host3']);
    expect(moving.order('live_migration')['dest']).toBe('host3');
    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE', host3: 'INACTIVE' });
    expect(moving.held()).toEqual(['host3']);
  });

  test('that can be bound to no forced destination leave the server as it was (BIND-07)', async () => {
    const moving = await liveWorld(withPorts({}, undefined, ['host1']));
    await givePort(moving.of, moving.uuid);

    await moving.cast(FORCED);

    expect(moving.state).toBe('active/null');
    expect(moving.faultRecords.map(({ message }) => message)).toEqual([
      expect.stringContaining('Binding failed for port'),
    ]);
    expect(moving.held()).toEqual(['host1']);
  });

  test('that the destination names and the record does not know reject it (BIND-09)', async () => {
    const moving = await liveWorld(withPorts(answered([{ port_id: 'X' }])));
    await givePort(moving.of, moving.uuid);

    await moving.cast(FORCED);

    expect(moving.state).toBe('active/null');
    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE' });
  });

  test('are bound once though the step runs twice (BIND-10)', async () => {
    let lost = true;
    const moving = await liveWorld(
      withPorts({}, (ports) => ({
        ...ports,
        bind: async (...asked) => {
          const bound = await ports.bind(...asked);
          if (!lost) return bound;
          lost = false;
          throw Object.assign(new Error('the answer was lost'), { name: 'ServiceNotReached' });
        },
      })),
    );
    await givePort(moving.of, moving.uuid);

    await moving.cast(SCHEDULED);

    expect(mapOf(orderedInterface(moving))['port_id']).toBe(PORT);
    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE', host2: 'INACTIVE' });
  });

  test('are bound to the source alone once it is given up before the server moved (BIND-08)', async () => {
    const moving = await liveWorld(
      withPorts({ behaviour: ({ method }) => (method === 'live_migration' ? { die: 'mid-build' } : 'build') }),
    );
    await givePort(moving.of, moving.uuid);

    await moving.move(SCHEDULED);

    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE' });
  });

  test('are bound to the source alone where the order cannot be sent', async () => {
    const moving = await liveWorld(
      withPorts({
        adapt: (services) => ({
          ...services,
          compute: watching(services.compute, {
            cast: (message) =>
              message.method === 'live_migration'
                ? Promise.reject(new TypeError('no queue'))
                : services.compute.cast(message),
          }),
        }),
      }),
    );
    await givePort(moving.of, moving.uuid);

    await moving.move(SCHEDULED);

    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE' });
  });

  test('are bound to the destination alone once the source died after the switch', async () => {
    const moving = await liveWorld(
      withPorts({ behaviour: ({ method }) => (method === 'live_migration' ? { die: 'after-claim' } : 'build') }),
    );
    await givePort(moving.of, moving.uuid);

    await moving.move(SCHEDULED);

    expect(moving.item['host']).toBe('host2');
    expect(await boundTo(moving.of)).toEqual({ host2: 'ACTIVE' });
  });

  test('leave a server without a valid host as it was when none of its hosts binds them (BIND-06)', async () => {
    const moving = await liveWorld(withPorts({ scheduler: NOWHERE }, (ports) => ({ ...ports, bind: refused })));
    await givePort(moving.of, moving.uuid);

    await moving.cast(SCHEDULED);

    expect(moving.state).toBe('active/null');
    expect(moving.migrations.map(({ status }) => status)).toEqual(['error']);
    expect(moving.held()).toEqual(['host1']);
    expect(await boundTo(moving.of)).toEqual({ host1: 'ACTIVE' });
  });
});
