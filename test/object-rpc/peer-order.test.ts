import { describe, expect, it } from 'vitest';
import { Forbidden } from '#errors';
import { conductorBase } from '#object-rpc/base-namespace';
import type { Json, JsonMap } from '#ports/json';
import { cellTable, hostMappingKey, instanceKey, MAPPINGS } from '#records/keys';
import type { Records } from '#records/method';
import { principalItem, type Role } from '#records/principals';
import { dispatch } from '#rpc/dispatch';
import { recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { rejected } from '../fixtures/rejected.ts';
import { memoryTables } from '../fixtures/tables.ts';

/** A server that moves from host1 to host2 of cell1, and the principals of hosts. */
async function movingServer(status = 'running') {
  const { tables } = memoryTables();
  await storedInstance(recordsOn(tables), { host: 'host1' });
  const { pk } = instanceKey(UUID);
  const move = { id: 1, uuid: 'm-1', instance_uuid: UUID, source_compute: 'host1', dest_compute: 'host2', status };
  await tables.put(cellTable('cell1'), { pk, sk: 'migration#1', ...move });
  const register = (principal: string, role: Role, hosts: readonly string[]) =>
    tables.put(MAPPINGS, principalItem({ principal, role, hosts }));
  await register('AROA1', 'host', ['host1']);
  await register('AROASHARED', 'host', []);
  await register('AROASHARED:i-2', 'host', ['host2']);
  await register('AROA4', 'host', ['host4']);
  await register('AROAAPI', 'publisher', []);
  for (const [host, cell] of [
    ['host1', 'cell1'],
    ['host2', 'cell1'],
    ['host4', 'cell2'],
  ] as const)
    await tables.put(MAPPINGS, { ...hostMappingKey(host), host, cell, cell_uuid: cell });
  const records = recordsOn(tables, { hosts: ['host2'] });
  const ask = (method: string, args: JsonMap, speaker: Records = records): Promise<Json> =>
    dispatch(conductorBase, { namespace: 'hostapi', version: '1.1', method })(speaker, { host: 'host2', ...args });
  return { records, ask };
}

const PRE = { method: 'pre_live_migration', instance_uuid: UUID };

describe('a host that asks who may order it', () => {
  it.each([
    ['AROA1:i-1', true],
    ['AROA1', true],
    ['AROASHARED:i-2', false],
    ['AROA4:x', false],
    ['AROAAPI:x', false],
    ['AROANOBODY:x', false],
    ['', false],
  ])('hears of %j by the records of its cell: %j', async (sender, may) => {
    const { ask } = await movingServer();

    const answer = await ask('may_order', { ...PRE, sender });

    expect(answer).toBe(may);
  });

  it.each([
    ['confirmed', 'pre_live_migration', false],
    ['completed', 'post_live_migration_at_destination', true],
    ['failed', 'rollback_live_migration_at_destination', true],
    ['cancelled', 'rollback_live_migration_at_destination', true],
    ['running', 'terminate_instance', false],
  ])('after a move that is %s hears of %s: %j', async (status, method, may) => {
    const { ask } = await movingServer(status);

    const answer = await ask('may_order', { sender: 'AROA1:i-1', method, instance_uuid: UUID });

    expect(answer).toBe(may);
  });

  it.each([
    ['AROA1:i-1', 'check_instance_shared_storage', true],
    ['AROA4:i-4', 'check_instance_shared_storage', false],
    ['AROA1:i-1', 'pre_live_migration', false],
  ])('hears of %s and %s without a server: %j', async (sender, method, may) => {
    const { ask } = await movingServer();

    const answer = await ask('may_order', { sender, method, instance_uuid: null });

    expect(answer).toBe(may);
  });

  it('gets the hosts that a principal speaks for, the session before its role', async () => {
    const { ask } = await movingServer();

    const answers = await Promise.all(
      ['AROASHARED:i-2', 'AROASHARED:i-3', 'AROA1:i-9', 'AROAAPI', 'AROAX'].map((sender) =>
        ask('hosts_of_sender', { sender }),
      ),
    );

    expect(answers).toEqual([['host2'], [], ['host1'], [], []]);
  });

  it.each([
    ['another host', ['host1']],
    ['a publisher', undefined],
  ])('is not %s: that one is Forbidden', async (_who, hosts) => {
    const { ask, records } = await movingServer();
    const { hosts: _own, ...anybody } = records;
    const speaker: Records = hosts === undefined ? anybody : { ...anybody, hosts };

    const errors = await Promise.all([
      rejected(ask('may_order', { ...PRE, sender: 'AROA1' }, speaker)),
      rejected(ask('hosts_of_sender', { sender: 'AROA1' }, speaker)),
    ]);

    expect(errors.every((error) => error instanceof Forbidden)).toBe(true);
  });

  it.each([{}, { sender: {} }, { sender: 'AROA1', method: [], instance_uuid: UUID }])(
    'is refused as %j',
    async (args) => {
      const { ask } = await movingServer();

      const error = await rejected(ask('may_order', args));

      expect(error).toMatchObject({ name: 'ValueError' });
    },
  );
});
