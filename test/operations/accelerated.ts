import { memoryAccelerators, type MemoryAccelerators } from '#adapters/memory/accelerators';
import { seededIds } from '#adapters/memory/ids';
import { MemoryLog } from '#local/emulation/memory-log';
import type { Json, JsonMap } from '#ports/json';
import type { Item } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { newObject } from '#wire/wire';
import { CONTEXT } from '../fixtures/records.ts';
import { flavor } from '../fixtures/request-spec.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

/* A server whose flavor or ports ask for devices. */

const group = (amount: number) => ({ resources: { FPGA: amount }, requiredTraits: [], forbiddenTraits: [] });
export const record = (asked: Json): Item => ({ ...instanceKey('u1'), uuid: 'u1', flavor: asked });
export const withProfile = (profile: string): Item =>
  record(flavor({ extra_specs: { 'accel:device_profile': profile } }));
export const port = (fields: JsonMap) => newObject('NetworkRequest', '1.3', fields);
export const PORT = { port_id: 'port1', device_profile: 'nic' };
export const networks = (...requests: JsonMap[]): JsonMap =>
  newObject('NetworkRequestList', '1.1', { objects: requests.map(port) });

/** A server that has its networks already. */
export const existing = {
  context: CONTEXT,
  cell: 'cell1',
  item: withProfile('fpga'),
  node: 'node1',
  mapping: { device_profile_0: ['A'], device_profile_1: ['A'], device_profile_0port1: ['B'] },
};

/** A new server, which asks for no networks of its own. */
export const question = { ...existing, requestedNetworks: networks() };

/** The profiles fpga, of two groups, nic and gpu, of one device, and wide, of two; providers A and B have devices. */
export async function service() {
  const accelerators = memoryAccelerators(seededIds(1));
  accelerators.addProfile('fpga', [group(1), group(1)]);
  accelerators.addProfile('nic', [group(1)]);
  accelerators.addProfile('gpu', [group(1)]);
  accelerators.addProfile('wide', [group(2)]);
  accelerators.addDevices('A', 2);
  accelerators.addDevices('B', 1);
  const made: string[] = [];
  const deleted: string[] = [];
  const watched = watching<MemoryAccelerators>(accelerators, {
    create: async (context, profile) => {
      const arqs = await accelerators.create(context, profile);
      made.push(...arqs.map(({ uuid }) => uuid));
      return arqs;
    },
    delete: async (context, uuids) => {
      deleted.push(...uuids);
      await accelerators.delete(context, uuids);
    },
  });
  const bound = async () =>
    (await accelerators.arqsOf(CONTEXT, 'u1')).map(({ uuid, hostname, providerUuid }) => [
      uuid,
      hostname,
      providerUuid,
    ]);
  const { tables } = memoryTables();
  const clock = { now: () => 5000, timer: () => () => undefined };
  await tables.put(cellTable('cell1'), question.item);
  return { accelerators: watched, clock, tables, made, deleted, bound, log: new MemoryLog() };
}
