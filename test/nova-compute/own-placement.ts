import { openPlacementEndpoint } from '#local/emulation/placement-endpoint';
import type { EmulatedPlatform } from '#local/emulation/emulated-platform';
import { PlacementApi } from '#placement/http/api';
import { PLACEMENT } from '#records/keys';
import type { PlacementService } from './placement.ts';

/** Serves the deployment's own placement to computes. */
export async function startOwnPlacement({ adapters, scan }: EmulatedPlatform): Promise<PlacementService> {
  const { tables, ids } = adapters;
  const api = new PlacementApi({ tables, ids, scan: () => scan(PLACEMENT) });
  const served = await openPlacementEndpoint(api);
  return { url: served.endpoint, stop: () => served.stop() };
}
