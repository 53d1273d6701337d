import type { Services } from '#ports/services';
import { CELL0_UUID, MAPPINGS, principalKey } from '#records/keys';
import { principalItem } from '#records/principals';
import { sendPulse } from '#rpc/pulse';
import { mappedCells } from './mapped-cells.ts';

type PulseServices = Pick<Services, 'clock' | 'config' | 'log' | 'queues' | 'tables'>;

/** Sends a pulse into the conductor queue of every cell; one that cannot be reached keeps none of the others waiting. */
export async function sendPulses(services: PulseServices): Promise<void> {
  await registerRole(services);
  for (const { name, uuid } of await mappedCells(services)) {
    if (uuid === CELL0_UUID) continue;
    try {
      await sendPulse(services, name);
    } catch (error) {
      services.log.warn('a cell got no pulse: nobody can tell which of its hosts live', {
        cell: name,
        error: String(error),
      });
    }
  }
}

/** The functions of the cells know this one by what it enters here under its own role. */
async function registerRole({ config: { roleId }, tables }: PulseServices): Promise<void> {
  if (roleId === undefined || (await tables.get(MAPPINGS, principalKey(roleId))) !== undefined) return;
  await tables.put(MAPPINGS, principalItem({ principal: roleId, role: 'conductor', hosts: [] }));
}
