import { describe, expect, it } from 'vitest';
import { buildInstances } from '#client/compute-task-messages';
import { BUILD_REQUESTS, instanceMappingKey, MAPPINGS, requestSpecKey } from '#records/keys';
import { taskQueue } from '#task-rpc/task-queue';
import { newObject } from '#wire/wire';
import { requestEnvelope } from '#wire/envelope';
import { textOf } from '#wire/reading';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { deployed, principalEvent } from '../fixtures/deployed/deployed-principals.ts';

const OF_A_HOST = 'AROAhost1:session';

/** A host's wish to have a server built elsewhere, after an attempt. */
async function reschedule(world: BuildWorld, uuid: string, attempt: number): Promise<string> {
  const { context } = world.request();
  const instance = newObject('Instance', '2.7', { uuid });
  const call = {
    instances: [instance],
    image: {},
    filter_properties: { retry: { num_attempts: attempt, hosts: [['host1', 'host1']] } },
    admin_password: '',
    injected_files: [],
    requested_networks: null,
    security_groups: [],
    request_spec: newObject('RequestSpec', '1.14', { instance_uuid: uuid }),
    block_device_mapping: null,
    legacy_bdm: false,
    host_lists: [[]],
  };
  return requestEnvelope({
    ...buildInstances(call),
    namespace: 'compute_task',
    context,
    uniqueId: `reschedule-${uuid}`,
  });
}

describe('a host that asks for a reschedule', () => {
  it.each([
    ['of a server that nobody knows', undefined, 1],
    ['of its own server, which no execution owns', 'own', 1],
    ['of an attempt that its server never had', 'own', 7],
  ])('%s starts nothing', async (_of, whose, attempt) => {
    const { world, uuid, services } = await deployed();
    const named = whose === 'own' ? uuid : '99999999-9999-4999-8999-999999999999';
    const before = (await world.executions('launch')).length;

    await taskQueue(services)(principalEvent(await reschedule(world, named, attempt), OF_A_HOST));

    expect(await world.executions('launch')).toHaveLength(before);
    const [letter] = world.platform.queues.messages('compute-task-dlq');
    expect(textOf(letter?.attributes?.['reason'])).toContain('not its own');
  });

  it('of a server that is being scheduled leaves its mapping and its request spec', async () => {
    const { world, services } = await deployed();
    const victim = '99999999-9999-4999-8999-999999999999';
    const mapping = { ...instanceMappingKey(victim), instance_uuid: victim, cell: null };
    const spec = { ...requestSpecKey(victim), instance_uuid: victim, spec: {} };
    await services.tables.put(MAPPINGS, mapping);
    await services.tables.put(BUILD_REQUESTS, spec);

    await taskQueue(services)(principalEvent(await reschedule(world, victim, 1), OF_A_HOST));
    await world.clock.advance(60_000);

    expect(await services.tables.get(MAPPINGS, instanceMappingKey(victim))).toEqual(mapping);
    expect(await services.tables.get(BUILD_REQUESTS, requestSpecKey(victim))).toEqual(spec);
  });
});
