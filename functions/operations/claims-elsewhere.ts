import type { Allocations } from '#ports/placement';
import type { Services } from '#ports/services';
import { allPages } from '#records/all-pages';
import { cellTable } from '#records/keys';
import { computeNodeItem } from '#records/items/compute-node';

type ClaimServices = Pick<Services, 'placement' | 'tables'>;

/** Gives back what a server holds beside its host: a destination that it never came to, or the source that it left. */
export async function releaseBesideHost(
  services: ClaimServices,
  cell: string,
  instance: string,
  host: string,
): Promise<void> {
  const { besideHost } = await claimsAround(services, cell, instance, host);
  for (const [provider, amounts] of Object.entries(besideHost))
    await services.placement.removeProvider(instance, provider, amounts);
}

/**
 * The same for a server that holds something on its host, and only then: one that holds nothing there may hold too
 * little instead of too much. Answers whether anything was given back.
 */
export async function releaseSurplus(
  services: ClaimServices,
  cell: string,
  instance: string,
  host: string,
): Promise<boolean> {
  const { onHost, besideHost } = await claimsAround(services, cell, instance, host);
  if (Object.keys(onHost).length === 0 || Object.keys(besideHost).length === 0) return false;
  await releaseBesideHost(services, cell, instance, host);
  return true;
}

/** What a server holds on the nodes of its host and below them, and what on others. */
async function claimsAround({ placement, tables }: ClaimServices, cell: string, instance: string, host: string) {
  const held = Object.entries(await placement.allocations(instance));
  const query = { index: 'by-host', partition: host, sortPrefix: 'compute-node#' } as const;
  const nodes = (await allPages(tables, cellTable(cell), query)).map((item) => computeNodeItem(item).uuid);
  const trees = await Promise.all(nodes.map((node) => placement.tree(node ?? '')));
  const among = (own: boolean): Allocations =>
    Object.fromEntries(held.filter(([provider]) => trees.some((tree) => tree.has(provider)) === own));
  return { onHost: among(true), besideHost: among(false) };
}
