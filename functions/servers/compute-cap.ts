import { UnsupportedVersion } from '#errors';
import { spokenBy } from '#conductor/compute-rpc';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Tables } from '#ports/tables';
import type { Cell } from '#records/method';
import { minimumVersion } from '#records/hosts/services-of-kind';

/** Milliseconds for which a cell's lowest service version is remembered. */
const REMEMBERED = 60_000;

const known = new WeakMap<Tables, Map<string, { readonly version: number; readonly until: number }>>();

/**
 * The compute RPC version that the computes of a cell may be sent: what configuration pins, else
 * what the oldest of them speaks.
 *
 * @param method what is about to be ordered
 * @throws UnsupportedVersion when the oldest is older than what is served
 */
export async function computeCap(
  services: Pick<Services, 'clock' | 'config' | 'counter' | 'ids' | 'tables'>,
  cell: Cell,
  context: RequestContext,
  method: string,
): Promise<string> {
  if (services.config.computeRpc !== undefined) return services.config.computeRpc;
  const cells = known.get(services.tables) ?? new Map();
  known.set(services.tables, cells);
  const now = services.clock.now();
  const remembered = cells.get(cell.name);
  if (remembered !== undefined && remembered.until > now) return spoken(remembered.version, method);
  const version = await minimumVersion({ ...services, cell, context }, 'nova-compute');
  cells.set(cell.name, { version, until: now + REMEMBERED });
  return spoken(version, method);
}

function spoken(version: number, method: string): string {
  const rpc = spokenBy(version);
  if (rpc === undefined) throw new UnsupportedVersion({ version: `of service version ${version}`, method });
  return rpc;
}

/** Forgets what the computes of each cell speak: the next order to one asks anew (nova.conductor.manager `reset`). */
export function resetComputeCaps(services: Pick<Services, 'log' | 'tables'>): void {
  known.delete(services.tables);
  services.log.info('the compute RPC versions are negotiated anew');
}
