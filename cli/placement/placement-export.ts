import type { Command } from 'commander';
import { auditFacts, type AuditFacts } from '#cli/audit/audit-facts';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { answering, type Cli } from '#cli/output/answering';
import { ownerOf } from '#operations/allocation-swap';
import { instanceItem } from '#records/items/instance';
import { cellTable, instanceKey } from '#records/keys';
import { claimFindings } from './claims-audit.ts';
import { FORM, type Claim, type ClaimsFile } from './claims-file.ts';

/** `placement export`: prints the claims of all servers, for `placement import` elsewhere. */
export function addPlacementExport(parent: Command, cli: Cli): void {
  const command = parent
    .command('export')
    .description('Print the claims of all servers and of their moves, as the placement that keeps them answers them');
  answering(command, cli, async ({ target }) => {
    const file = await exported(target);
    return { data: file, lines: [JSON.stringify(file, undefined, 2)] };
  });
}

/** @throws CommandFailure while an audit finds something about claims: what is wrong would be moved along */
async function exported(target: DeploymentTarget): Promise<ClaimsFile> {
  const facts = await auditFacts(target);
  const [finding, ...more] = claimFindings(facts);
  if (finding !== undefined)
    throw new CommandFailure(
      `${finding.text}${more.length > 0 ? `, and ${more.length} more` : ''}: conductor audit, then conductor heal`,
    );
  const building = facts.buildRequests.find(({ uuid }) => facts.claims.has(uuid));
  if (building !== undefined)
    throw new CommandFailure(`server ${building.uuid} is being placed: pause the intakes and wait until nothing runs`);
  const claims = await claimsOf(target, facts);
  const uuids = new Set(claims.flatMap(({ allocations }) => Object.keys(allocations)));
  const names = await Promise.all(
    [...uuids].toSorted().map(async (uuid) => [uuid, (await target.placement.providerName(uuid)) ?? ''] as const),
  );
  const keptBy = facts.isClaimedInCloud ? 'cloud' : 'deployment';
  return { ...FORM, keptBy, providers: Object.fromEntries(names), claims };
}

async function claimsOf(target: DeploymentTarget, { claims, instances, migrations }: AuditFacts): Promise<Claim[]> {
  const cellOf = new Map(instances.filter(({ deleted }) => !deleted).map(({ uuid, cell }) => [uuid, cell]));
  const moved = new Map(migrations.map(({ uuid, instance }) => [uuid, instance]));
  const found: Claim[] = [];
  for (const [consumer, allocations] of [...claims].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const server = moved.get(consumer) ?? consumer;
    const item = await target.tables.get(cellTable(cellOf.get(server) ?? ''), instanceKey(server));
    if (item === undefined) throw new CommandFailure(`server ${server} is gone meanwhile: try again`);
    found.push({ consumer, server, owner: ownerOf(instanceItem(item)), allocations });
  }
  return found;
}
