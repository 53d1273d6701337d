import { describe, expect, it } from 'vitest';
import { conductorBase } from '#object-rpc/base-namespace';
import { EmbeddedPlacement } from '#placement/embedded-placement';
import { consumerKey } from '#placement/consumer-item';
import type { Json } from '#ports/json';
import { cellTable, computeNodeKey, migrationKey, PLACEMENT } from '#records/keys';
import { migrationPointerKey } from '#records/migration-index';
import type { Records } from '#records/method';
import { dispatch } from '#rpc/dispatch';
import { allocationRequestText } from '#wire/allocation-request';
import { listOf, mapOf, numberOf } from '#wire/reading';
import { recordedExchanges } from '../fixtures/endpoints/recorded-exchanges.ts';
import { provider, uuidOf } from '../fixtures/provider.ts';
import { recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

const [HOST1, HOST2, OTHER, MOVE] = [uuidOf(1), uuidOf(2), uuidOf(301), uuidOf(302)];
const OWNER = { projectId: 'p-blue', userId: 'alice' };
const ONE = { VCPU: 1 };

/** A host of cell1 as its compute asks Placement, over the conductor. */
function asking(records: Records) {
  return async (method: string, path: string, body: Json = null) => {
    const args = { method, path, version: 'placement 1.36', body };
    const answer = mapOf(
      await dispatch(conductorBase, { namespace: 'hostapi', version: '1.2', method: 'placement' })(records, args),
    );
    return { status: numberOf(answer['status']), body: mapOf(answer['body']) };
  };
}

/** Two hosts with a provider each; host1 is at work on a server, and another server lies on host2. */
async function twoHosts(given: Partial<Records> = {}) {
  const { tables } = memoryTables();
  const records = recordsOn(tables);
  const placement = new EmbeddedPlacement(tables);
  for (const at of [1, 2]) {
    await placement.saveProvider(provider(at));
    await tables.put(cellTable('cell1'), { ...computeNodeKey(uuidOf(at)), uuid: uuidOf(at), host: `host${at}` });
  }
  await storedInstance(records, { host: 'host1' });
  await storedInstance(records, { uuid: OTHER, host: 'host2' });
  await placement.claim(UUID, allocationRequestText(HOST1, ONE), OWNER);
  await placement.claim(OTHER, allocationRequestText(HOST2, ONE), OWNER);
  const ask = asking({ ...records, hosts: ['host1'], ...given });
  const held = async (consumer: string) => mapOf((await tables.get(PLACEMENT, consumerKey(consumer)))?.['allocations']);
  return { tables, placement, ask, held };
}

const claims = (allocations: Json, generation: number | null = 1, project = 'p-blue') => ({
  allocations,
  project_id: project,
  user_id: 'alice',
  consumer_generation: generation,
  consumer_type: 'INSTANCE',
});

const on = (uuid: string, amount = 1): Json => ({ [uuid]: { resources: { VCPU: amount } } });

describe('what a host asks of Placement through the conductor', () => {
  it('is read of every provider, and written of its own', async () => {
    const { ask } = await twoHosts();
    const inventories = { resource_provider_generation: 0, inventories: { VCPU: { total: 8 } } };

    const read = await ask('GET', `/resource_providers/${HOST2}`);
    const own = await ask('PUT', `/resource_providers/${HOST1}/inventories`, inventories);

    expect([read.status, read.body['name'], own.status]).toEqual([200, 'node2', 200]);
  });

  it.each([
    ['PUT', `/resource_providers/${HOST2}/inventories`, { resource_provider_generation: 0, inventories: {} }],
    ['PUT', `/resource_providers/${HOST2}/traits`, { resource_provider_generation: 0, traits: [] }],
    ['PUT', `/resource_providers/${HOST2}/aggregates`, { resource_provider_generation: 0, aggregates: [] }],
    ['DELETE', `/resource_providers/${HOST2}/inventories`, null],
    ['DELETE', `/resource_providers/${HOST2}`, null],
    ['POST', '/resource_providers', { uuid: uuidOf(21), name: 'card', parent_provider_uuid: HOST2 }],
    ['POST', '/resource_providers', { uuid: uuidOf(22), name: 'node of nobody' }],
    ['PUT', `/allocations/${OTHER}`, claims(on(HOST1))],
    ['DELETE', `/allocations/${OTHER}`, null],
    ['PUT', `/allocations/${UUID}`, claims(on(HOST2))],
    ['PUT', `/allocations/${uuidOf(309)}`, claims(on(HOST1), null)],
    ['PUT', `/allocations/${UUID}`, claims(on(HOST1, 2), 1, 'p-red')],
    ['GET', `/resource_providers/${HOST2}/allocations`, null],
  ])('is refused with 403 where it is another’s, and nothing changes: %s %s', async (method, path, body) => {
    const { ask, tables } = await twoHosts();
    const before = tables.dump();

    const refused = await ask(method, path, body);

    expect(refused.status).toBe(403);
    expect(mapOf(listOf(refused.body['errors'])[0])['title']).toBe('Forbidden');
    expect(tables.dump()).toEqual(before);
  });

  it('makes the provider of its own node, and providers below it', async () => {
    const { ask, tables } = await twoHosts();
    await tables.put(cellTable('cell1'), { ...computeNodeKey(uuidOf(5)), uuid: uuidOf(5), host: 'host1' });

    const root = await ask('POST', '/resource_providers', { uuid: uuidOf(5), name: 'node5' });
    const card = await ask('POST', '/resource_providers', {
      uuid: uuidOf(21),
      name: 'card',
      parent_provider_uuid: uuidOf(5),
    });
    const inventories = { resource_provider_generation: 0, inventories: { VGPU: { total: 2 } } };
    const reported = await ask('PUT', `/resource_providers/${uuidOf(21)}/inventories`, inventories);

    expect([root.status, card.status, reported.status]).toEqual([200, 200, 200]);
  });

  it('changes what a server holds that it is at work on', async () => {
    const { ask, held } = await twoHosts();

    const more = await ask('PUT', `/allocations/${UUID}`, claims(on(HOST1, 2)));
    const read = await ask('GET', `/allocations/${UUID}`);
    const listed = await ask('GET', `/resource_providers/${HOST1}/allocations`);

    expect(more.status).toBe(204);
    expect(read.body).toMatchObject({ allocations: on(HOST1, 2), consumer_generation: 2 });
    expect(listed.body['allocations']).toEqual({ [UUID]: { resources: { VCPU: 2 } } });
    expect(await held(UUID)).toEqual({ [HOST1]: { VCPU: 2 } });
  });

  it('shows a server that is none of its business as if it held nothing', async () => {
    const { ask } = await twoHosts();

    const read = await ask('GET', `/allocations/${OTHER}`);

    expect(read).toEqual({ status: 200, body: { allocations: {} } });
  });

  it('shows what a server holds that was evacuated from the host', async () => {
    const { ask, tables } = await twoHosts();
    const move = { uuid: MOVE, instance_uuid: OTHER, source_compute: 'host1', dest_compute: 'host2', status: 'done' };
    await tables.put(cellTable('cell1'), { ...migrationKey(OTHER, MOVE), ...move });

    const read = await ask('GET', `/allocations/${OTHER}`);

    expect(read.body['allocations']).toMatchObject(mapOf(on(HOST2)));
  });

  it('gives back what is claimed on its own provider, whoever claims it', async () => {
    const { ask, held, placement } = await twoHosts();
    await placement.claim(OTHER, allocationRequestText(HOST1, ONE), OWNER);

    const seen = await ask('GET', `/allocations/${OTHER}`);
    const given = await ask('PUT', `/allocations/${OTHER}`, claims(on(HOST2), 2));

    expect(seen.body['allocations']).toMatchObject({ ...mapOf(on(HOST1)), ...mapOf(on(HOST2)) });
    expect(given.status).toBe(204);
    expect(await held(OTHER)).toEqual({ [HOST2]: ONE });
  });

  it('takes a move back: what the migration holds goes to the server, and the destination is left', async () => {
    const { ask, held, placement, tables } = await twoHosts();
    const move = { uuid: MOVE, instance_uuid: UUID, source_compute: 'host1', dest_compute: 'host2', status: 'error' };
    await tables.put(cellTable('cell1'), { ...migrationKey(UUID, MOVE), ...move });
    await tables.put(cellTable('cell1'), { ...migrationPointerKey(MOVE), uuid: MOVE, instance_uuid: UUID });
    await placement.claim(MOVE, allocationRequestText(HOST1, ONE), OWNER);
    await ask('DELETE', `/allocations/${UUID}`);
    await placement.claim(UUID, allocationRequestText(HOST2, ONE), OWNER);

    const taken = await ask('POST', '/allocations', { [MOVE]: claims({}), [UUID]: claims(on(HOST1)) });

    expect(taken.status).toBe(204);
    expect([await held(UUID), await held(MOVE)]).toEqual([{ [HOST1]: ONE }, {}]);
  });

  it.each([
    ['between other hosts', 'host2', 'running'],
    ['that is over', 'host1', 'completed'],
  ])('shows and changes nothing of a migration %s', async (_, source_compute, status) => {
    const { ask, placement, tables } = await twoHosts();
    const move = { uuid: MOVE, instance_uuid: OTHER, source_compute, dest_compute: 'host3', status };
    await tables.put(cellTable('cell1'), { ...migrationKey(OTHER, MOVE), ...move });
    await tables.put(cellTable('cell1'), { ...migrationPointerKey(MOVE), uuid: MOVE, instance_uuid: OTHER });
    await placement.claim(MOVE, allocationRequestText(HOST2, ONE), OWNER);

    const read = await ask('GET', `/allocations/${MOVE}`);
    const released = await ask('DELETE', `/allocations/${MOVE}`);

    expect([read.body, released.status]).toEqual([{ allocations: {} }, 403]);
  });

  it('is sent to the Placement of a cloud where that keeps the claims', async () => {
    const { ask } = await twoHosts({
      config: {
        openstackServices: ['placement'],
        groupQuota: { server_groups: -1, server_group_members: -1 },
      },
    });

    const answer = await ask('GET', '/');

    expect(answer.status).toBe(503);
    expect(JSON.stringify(answer.body)).toContain('let [placement] of nova.conf name that');
  });

  it('is answered as it was recorded of OpenStack’s Placement, at every step of a provider tree', async () => {
    const { tables } = memoryTables();
    const exchanges = recordedExchanges('placement-providers').filter((exchange) => exchange.case === 'set-up');
    for (const { path, body } of exchanges) {
      const { uuid = null } = mapOf(body);
      if (path === '/resource_providers' && typeof uuid === 'string')
        await tables.put(cellTable('cell1'), { ...computeNodeKey(uuid), uuid, host: 'host1' });
    }
    const records = recordsOn(tables, { hosts: ['host1'] });
    const answers: Json[] = [];

    for (const { method, path, microversion, body } of exchanges) {
      const version = microversion === null ? null : `placement ${microversion}`;
      const request = { namespace: 'hostapi', version: '1.2', method: 'placement' };
      const { status = null, body: reported = null } = mapOf(
        await dispatch(conductorBase, request)(records, { method, path, version, body }),
      );
      answers.push([`${method} ${path}`, status, reported]);
    }

    expect(answers).toEqual(
      exchanges.map(({ method, path, status, response }) => [`${method} ${path}`, status, response]),
    );
  });
});
