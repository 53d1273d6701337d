import { describe, expect, it } from 'vitest';
import { Migration } from '#objects/migration/migration';
import { VirtualInterface } from '#objects/network/virtual-interface';
import type { Json } from '#ports/json';
import type { Attributes } from '#ports/tables';
import { cellTable, instanceKey, migrationKey } from '#records/keys';
import type { Records } from '#records/method';
import { createMigration } from '#records/methods/migration';
import { ASKED, DELETION, hadBy, HOSTS, hostsAttribute } from '#records/operation';
import { callClass, callMethod, recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { memoryTables } from '../fixtures/tables.ts';

/** What a host does with a server. */
const WAYS = {
  saves: async (records: Records, api: Records) => {
    const server = await storedInstance(api, { host: 'host1' });
    server.assign('display_name', 'web');
    return { act: () => callMethod(records, server, 'save') };
  },
  destroys: async (records: Records, api: Records) => {
    const server = await storedInstance(api, { host: 'host1' });
    return { act: () => callMethod(records, server, 'destroy') };
  },
  'adds to': async (records: Records, api: Records) => {
    await storedInstance(api, { host: 'host1' });
    const vif = VirtualInterface.make({ instance_uuid: UUID, uuid: UUID, address: 'fa:16:3e:00:00:01' });
    return { act: () => callMethod(records, vif, 'create') };
  },
  reads: async (records: Records, api: Records) => {
    await storedInstance(api, { host: 'host1' });
    const context = { ...records.context, read_deleted: 'yes' as const };
    return { act: () => callClass({ ...records, context }, 'Instance', 'get_by_uuid', UUID, []) };
  },
};

type Way = keyof typeof WAYS;

/** What comes of it: `done`, or the name of the error. */
async function outcome(way: Way, host: string, changes: Attributes): Promise<string> {
  const { tables } = memoryTables();
  const { act } = await WAYS[way](recordsOn(tables, { hosts: [host] }), recordsOn(tables));
  await tables.update(cellTable('cell1'), instanceKey(UUID), { set: changes });
  return act().then(
    (_: Json) => 'done',
    (error: unknown) => causeOf(error).name,
  );
}

const causeOf = (error: unknown): Error => {
  if (!(error instanceof Error)) throw new TypeError('no error was thrown');
  return error.cause instanceof Error ? error.cause : error;
};

const [GIVEN, ELSEWHERE] = [hostsAttribute('host1', 'host2'), hostsAttribute('host2')];
const FORMER = { [HOSTS]: ELSEWHERE, [hadBy('host1')]: true };
const WRITING: readonly Way[] = ['saves', 'destroys', 'adds to'];

describe.each(WRITING)('a host %s a server', (way) => {
  it.each<readonly [string, string, Attributes]>([
    ['that its record names', 'host1', {}],
    ['that it is given to, beside the one that the record names', 'host2', { [HOSTS]: GIVEN }],
    ['that it is given to, and the one that the record names no more', 'host2', { [HOSTS]: ELSEWHERE }],
    ['that it had before its user began to delete it', 'host1', { ...FORMER, [DELETION]: true }],
    ['that it had, by a task_state of a deletion', 'host1', { ...FORMER, task_state: 'deleting' }],
  ])('%s', async (_title, host, changes) => {
    expect(await outcome(way, host, changes)).toBe('done');
  });

  it.each<readonly [string, string, Attributes]>([
    ['that is given to another one, although the record names it still', 'host1', { [HOSTS]: ELSEWHERE }],
    ['that it had once, and that is given to another one', 'host1', { ...FORMER, host: 'host2' }],
    ['that nobody may write', 'host1', { [HOSTS]: hostsAttribute('') }],
    ['that is given to a host whose name begins as its own', 'host1', { [HOSTS]: hostsAttribute('host10') }],
    ['that its user deletes and that it never had', 'host3', { ...FORMER, [DELETION]: true }],
  ])('never one %s', async (_title, host, changes) => {
    expect(await outcome(way, host, changes)).toBe('Forbidden');
  });
});

describe('a host reads a server', () => {
  it.each<readonly [string, string, Attributes]>([
    ['that it is at work on', 'host1', {}],
    ['that it is asked to take', 'host3', { [ASKED]: hostsAttribute('host3') }],
    ['that it had, and that is deleted', 'host1', { ...FORMER, host: 'host2', deleted: true }],
  ])('%s', async (_title, host, changes) => {
    expect(await outcome('reads', host, changes)).toBe('done');
  });

  it.each<readonly [string, string, Attributes]>([
    ['that it had, and that lives elsewhere', 'host1', { ...FORMER, host: 'host2' }],
    ['that a host is asked to take whose name begins as its own', 'host3', { [ASKED]: hostsAttribute('host30') }],
    ['that is deleted, and that it never had', 'host3', { ...FORMER, deleted: true }],
  ])('never one %s', async (_title, host, changes) => {
    expect(await outcome('reads', host, changes)).toBe('Forbidden');
  });
});

/** The status of a move from host1 to host2 after a host has saved another one, and what the host is answered. */
async function statusSaved(host: string, before: string, status: string) {
  const { tables } = memoryTables();
  const api = recordsOn(tables);
  await storedInstance(api, { host: 'host1' });
  const ends = { source_compute: 'host1', dest_compute: 'host2' };
  const move = Migration.make({ instance_uuid: UUID, uuid: UUID, migration_type: 'resize', status: before, ...ends });
  await createMigration(api, move);
  move.set('status', status);
  const answer = await callMethod(recordsOn(tables, { hosts: [host] }), move, 'save').then(
    () => 'done',
    (error: unknown) => causeOf(error).name,
  );
  const left = await tables.get(cellTable('cell1'), migrationKey(UUID, UUID));
  return { answer, status: left?.['status'] };
}

describe('a move', () => {
  it.each(['host1', 'host2'])('goes on by what either end saves: %s', async (host) => {
    expect(await statusSaved(host, 'migrating', 'post-migrating')).toEqual({
      answer: 'done',
      status: 'post-migrating',
    });
  });

  it.each(['host1', 'host2'])('that is over is revived by neither end: %s', async (host) => {
    expect(await statusSaved(host, 'error', 'post-migrating')).toEqual({ answer: 'Forbidden', status: 'error' });
  });

  it('that is over ends otherwise by what an end of it saves', async () => {
    expect(await statusSaved('host1', 'finished', 'confirmed')).toEqual({ answer: 'done', status: 'confirmed' });
  });

  it('is not changed by a host that is no end of it', async () => {
    expect(await statusSaved('host3', 'migrating', 'error')).toEqual({ answer: 'Forbidden', status: 'migrating' });
  });
});
