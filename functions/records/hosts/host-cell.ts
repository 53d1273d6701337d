import { Forbidden, HostMappingNotFound } from '#errors';
import type { Services } from '#ports/services';
import type { Tables } from '#ports/tables';
import { hostMappingKey, MAPPINGS } from '../keys.ts';
import type { Cell } from '../method.ts';
import { hostMappingItem } from '#records/items/mapping';

/** Milliseconds for which a host's cell is remembered: a host hardly ever changes cells. */
const REMEMBERED = 60_000;

const known = new WeakMap<Tables, Map<string, { readonly cell: Cell; readonly until: number }>>();

/**
 * The cell that a host is mapped to. A host that is mapped nowhere is asked for again each time.
 *
 * @throws HostMappingNotFound
 */
export async function cellOfHost(services: Pick<Services, 'tables' | 'clock'>, host: string): Promise<Cell> {
  const hosts = known.get(services.tables) ?? new Map();
  known.set(services.tables, hosts);
  const now = services.clock.now();
  const remembered = hosts.get(host);
  if (remembered !== undefined && remembered.until > now) return remembered.cell;
  const mapping = await services.tables.get(MAPPINGS, hostMappingKey(host), { consistent: false });
  const { cell: name = null, cell_uuid = null } = mapping === undefined ? {} : hostMappingItem(mapping);
  if (name === null) throw new HostMappingNotFound({ name: host });
  const cell: Cell = { name, uuid: cell_uuid ?? '' };
  hosts.set(host, { cell, until: now + REMEMBERED });
  return cell;
}

/**
 * Those of a sender's hosts that are mapped to a cell: a host reaches the records of its own cell
 * alone, whatever queue it sends to.
 *
 * @throws Forbidden when none is, and at API level
 */
export async function hostsInCell(
  services: Pick<Services, 'tables' | 'clock'>,
  hosts: readonly string[],
  cell: Cell | undefined,
): Promise<string[]> {
  const cells = await Promise.all(hosts.map((host) => cellOrNone(services, host)));
  const own = hosts.filter((_, at) => cell !== undefined && cells[at] === cell.name);
  if (own.length > 0) return own;
  const who = hosts[0] ?? 'a host without a name';
  throw new Forbidden(
    {},
    { message: `${who} is not of ${cell === undefined ? 'the API level' : `cell ${cell.name}`}` },
  );
}

async function cellOrNone(services: Pick<Services, 'tables' | 'clock'>, host: string): Promise<string | undefined> {
  try {
    return (await cellOfHost(services, host)).name;
  } catch (error) {
    if (error instanceof HostMappingNotFound) return undefined;
    throw error;
  }
}
