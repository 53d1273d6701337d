import type { Services } from '#ports/services';
import { CELL0_UUID, cellTable, MAPPINGS, principalKey, urlLagKey } from '#records/keys';
import { principalItem } from '#records/principals';
import { lastUrlOf } from '#records/items/queue-lag';
import { postPulse, sendPulse } from '#rpc/pulse';
import { mappedCells } from './mapped-cells.ts';

type PulseServices = Pick<Services, 'clock' | 'config' | 'directCalls' | 'log' | 'queues' | 'tables'>;

/**
 * Sends a pulse to every cell by each way that its hosts speak by; one that cannot be reached keeps no other waiting.
 */
export async function sendPulses(services: PulseServices): Promise<void> {
  await registerRole(services);
  for (const { name, uuid } of await mappedCells(services)) {
    if (uuid === CELL0_UUID) continue;
    for (const [way, send] of WAYS) {
      try {
        await send(services, name);
      } catch (error) {
        services.log.warn('a cell got no pulse: nobody knows which of its hosts live', {
          cell: name,
          way,
          error: String(error),
        });
      }
    }
  }
}

const WAYS: readonly (readonly [way: string, send: (services: PulseServices, cell: string) => Promise<void>])[] = [
  ['queue', sendPulse],
  ['url', pulseUrl],
];

/** A cell whose hosts have never used a function URL needs no pulse there. */
async function pulseUrl({ clock, directCalls, tables }: PulseServices, cell: string): Promise<void> {
  if (directCalls === undefined) return;
  const url = lastUrlOf(await tables.get(cellTable(cell), urlLagKey));
  if (url !== undefined) await postPulse({ clock, directCalls }, url);
}

/** The functions of the cells know this one by what it enters here under its own role. */
async function registerRole({ config: { roleId }, tables }: PulseServices): Promise<void> {
  if (roleId === undefined || (await tables.get(MAPPINGS, principalKey(roleId))) !== undefined) return;
  await tables.put(MAPPINGS, principalItem({ principal: roleId, role: 'conductor', hosts: [] }));
}
