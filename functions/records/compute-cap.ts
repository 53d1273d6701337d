import { UnsupportedVersion } from '#errors';
import { spokenBy } from '#conductor/compute-rpc';
import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import type { Tables } from '#ports/tables';
import type { Cell } from './method.ts';
import { minimumVersion } from './service.ts';

/** Milliseconds for which a cell's lowest service version is remembered. */
const REMEMBERED = 60_000;

const known = new WeakMap<Tables, Map<string, { readonly version: number; readonly until: number }>>();

/**
 * The compute RPC version that the computes of a cell may be sent: what configuration pins, else what the oldest of them
 * speaks.
 *
 * @throws UnsupportedVersion when the oldest is older than what is served
 */
export async function computeCap(
  services: Pick<Services, 'clock' | 'config' | 'counter' | 'ids' | 'tables'>,
  cell: Cell,
  context: RequestContext,
): Promise<string> {
  if (services.config.computeRpc !== undefined) return services.config.computeRpc;
  const cells = known.get(services.tables) ?? new Map();
  known.set(services.tables, cells);
  const now = services.clock.now();
  const remembered = cells.get(cell.name);
  const version: number =
    remembered !== undefined && remembered.until > now
      ? remembered.version
      : await minimumVersion({ ...services, cell, context }, 'nova-compute');
  if (remembered?.version !== version) cells.set(cell.name, { version, until: now + REMEMBERED });
  const spoken = spokenBy(version);
  if (spoken === undefined) throw new UnsupportedVersion({ version: `of service version ${version}`, method: null });
  return spoken;
}
