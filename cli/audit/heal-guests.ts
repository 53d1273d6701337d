import { equals } from '#ports/conditions';
import { ConditionFailed } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { acted, actedBy, destroyedBy, givenUpBy, givenUpHosts } from '#records/items/given-up';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { Remedy } from './finding.ts';

/** Takes the note of a host that was given up off its server, unless it has acted again. */
export async function forgetGivenUp(
  { tables }: Pick<DeploymentTarget, 'tables'>,
  { cell, uuid, host, actedAt }: Extract<Remedy, { kind: 'forget-given-up' }>,
): Promise<boolean> {
  const [table, key] = [cellTable(cell), instanceKey(uuid)];
  const item = await tables.get(table, key);
  const found = item === undefined ? undefined : givenUpHosts(item).find((each) => each.host === host);
  if (found?.acted?.at !== actedAt) return false;
  const noted = acted(host, actedAt, found.acted.method)[actedBy(host)] ?? null;
  try {
    await tables.update(
      table,
      key,
      { remove: [givenUpBy(host), actedBy(host), destroyedBy(host)] },
      equals(actedBy(host), noted),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
