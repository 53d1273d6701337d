import { describe, expect, it } from 'vitest';
import { cellQueue } from '#ports/host-queue';
import type { JsonMap } from '#ports/json';
import { cellTable, MAPPINGS, serviceKey } from '#records/keys';
import { fenceItem } from '#records/items/fence';
import { principalItem, type Role } from '#records/principals';
import { newObject } from '#wire/wire';
import { requestEnvelope, type OutgoingRequest } from '#wire/envelope';
import { exampleOf } from '../documents/examples.ts';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ALTERNATES, withArgs } from '../fixtures/built.ts';

const AGENT = 'fencer';

/** A server with a port, whose host has taken its order and is silent from then on. */
async function silentHost(fencing = true) {
  const world = await BuildWorld.boot({
    scheduler: () => ALTERNATES,
    config: { fencing },
    hosts: [
      { host: 'host1', cell: 'cell1', heartbeatSeconds: 0, behaviour: () => ({ delay: 9_000_000 }) },
      { host: 'host2', cell: 'cell1' },
      { host: 'host3', cell: 'cell1' },
    ],
  });
  await register(world, AGENT, 'fencing-agent');
  const network = newObject('NetworkRequest', '1.3', { network_id: 'net', port_id: null, device_profile: null });
  const requested_networks = newObject('NetworkRequestList', '1.1', { objects: [network] });
  const command = withArgs({ requested_networks })(world.request());
  await world.publish(command);
  const [uuid = ''] = command.uuids;
  await world.clock.advance(600_000);
  return { world, uuid };
}

const register = (world: BuildWorld, principal: string, role: Role): Promise<void> =>
  world.platform.tables.put(MAPPINGS, principalItem({ principal, role, hosts: [] }));

const requested = (world: BuildWorld) => world.notifications('conductor.fence.requested');

const fence = (world: BuildWorld) => {
  const service = world.items(cellTable('cell1')).find(({ pk }) => pk === serviceKey('host1', 'nova-compute').pk);
  return service && fenceItem(service);
};

/** Answers what was asked first. */
async function answer(world: BuildWorld, outcome: string, more: JsonMap = {}, sender = AGENT): Promise<void> {
  const [event] = requested(world);
  const body = requestEnvelope({
    method: 'fence_answered',
    namespace: 'fencing',
    version: '1.0',
    args: { host: 'host1', fence: event?.payload['fence'] ?? null, outcome, detail: 'by IPMI', ...more },
    context: { ...world.request().context, project_id: null },
    uniqueId: `answer-${outcome}-${sender}`,
  });
  await world.world.bus.send(cellQueue('cell1'), { body, attributes: { sender } });
  await world.clock.advance(200_000);
}

describe('a silent host that has taken an order', () => {
  it('is answered for in the form that the document for operators shows', async () => {
    const { world } = await silentHost();
    const [event] = requested(world);
    const { text } = exampleOf('docs/operations.md', '{"method": "fence_answered"');
    const fenceId = JSON.stringify(event?.payload['fence']);
    const message: Pick<OutgoingRequest, 'method' | 'namespace' | 'version' | 'args'> = JSON.parse(
      text.replace('HOST', '"host1"').replace('FENCE', fenceId).replace('TEXT', '"by IPMI"'),
    );
    const context = { ...world.request().context, project_id: null };

    const body = requestEnvelope({ ...message, context, uniqueId: 'as-shown' });
    await world.world.bus.send(cellQueue('cell1'), { body, attributes: { sender: AGENT } });
    await world.clock.advance(200_000);

    expect(fence(world)).toMatchObject({ state: 'off', detail: 'by IPMI' });
  });

  it('is asked about by an event, under one id at every look', async () => {
    const { world } = await silentHost();
    await world.clock.advance(600_000);

    const ids = requested(world).map(({ payload }) => payload['fence']);
    expect(requested(world)[0]?.payload).toMatchObject({ host: 'host1', cell: 'cell1' });
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    expect(fence(world)).toMatchObject({ state: 'asked' });
  });

  it('is asked about nobody where no agent is configured', async () => {
    const { world } = await silentHost(false);

    expect(requested(world)).toEqual([]);
    expect(fence(world)).toBeUndefined();
  });

  it('has lost its order once the agent says that it is off', async () => {
    const { world, uuid } = await silentHost();
    await answer(world, 'off');
    await world.end();

    expect(world.server(uuid).item).toMatchObject({ vm_state: 'active', host: 'host2' });
    expect(fence(world)).toMatchObject({ state: 'off', by: AGENT, detail: 'by IPMI' });
    const verdict = await world.services.serviceGroup.verdict('cell1', 'host1');
    expect(verdict).toMatchObject({
      liveness: 'down',
      confirmed: true,
      reason: 'an operator said so: fenced: by IPMI',
    });
  });

  it.each(['refused', 'failed'])(
    'keeps its order and is asked about no more when the agent has %s',
    async (outcome) => {
      const { world, uuid } = await silentHost();
      await answer(world, outcome);
      const asked = requested(world).length;
      await world.clock.advance(1_200_000);

      expect(world.orders(uuid)).toHaveLength(1);
      expect(requested(world)).toHaveLength(asked);
      expect(fence(world)).toMatchObject({ state: outcome });
    },
  );
});

describe('an answer', () => {
  it.each([
    ['a publisher', 'publisher'],
    ['an operator', 'operator'],
  ] as const)('of %s changes nothing and is put aside', async (_who, role) => {
    const { world, uuid } = await silentHost();
    await register(world, 'somebody', role);
    await answer(world, 'off', {}, 'somebody');

    expect(fence(world)).toMatchObject({ state: 'asked' });
    expect(world.orders(uuid)).toHaveLength(1);
    expect(world.platform.queues.messages('cell-cell1-conductor-dlq')).toHaveLength(1);
  });

  it('of the host itself changes nothing', async () => {
    const { world } = await silentHost();
    await answer(world, 'off', {}, 'host:host1');

    expect(fence(world)).toMatchObject({ state: 'asked' });
  });

  it.each([
    ['names another request', { fence: 'cell1/host1/another' }],
    ['names another host', { host: 'host2' }],
    ['says something else', { outcome: 'rebooted' }],
  ])('that %s changes nothing', async (_what, more) => {
    const { world } = await silentHost();
    await answer(world, 'off', more);

    expect(fence(world)).toMatchObject({ state: 'asked' });
  });

  it('counts once: what is said later changes nothing', async () => {
    const { world } = await silentHost();
    await answer(world, 'refused');
    await answer(world, 'off');

    expect(fence(world)).toMatchObject({ state: 'refused' });
  });
});

describe('a fencing agent', () => {
  it.each([cellQueue('cell1'), 'compute-task'])('may send nothing else to %s', async (queue) => {
    const { world } = await silentHost();
    const args = { objname: 'ServiceList', objmethod: 'get_all', object_versions: {}, args: [], kwargs: {} };
    const context = { ...world.request().context, project_id: null };
    const method = 'object_class_action_versions';
    const body = requestEnvelope({ method, version: '3.0', args, context, uniqueId: 'read-1' });

    await world.world.bus.send(queue, { body, attributes: { sender: AGENT } });
    await world.clock.advance(60_000);

    const [letter] = world.platform.queues.messages(`${queue}-dlq`);
    expect(letter?.attributes?.['reason']).toContain('a fencing agent says which hosts are off, and nothing else');
  });
});
