import { equals, not } from '#ports/conditions';
import { ConditionFailed } from '#ports/tables';
import { cellTable, instanceKey } from '#records/keys';
import { acted, actedBy, destroyedBy, givenUpBy, givenUpHosts, keptGuest } from '#records/items/given-up';
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

/**
 * Has nobody but a person destroy the guest of a host that was given up: an order that is on its way is refused when the
 * host begins. What the host still saves is answered as before.
 */
export async function keepGuest(
  { tables }: Pick<DeploymentTarget, 'tables'>,
  { cell, uuid, host }: Extract<Remedy, { kind: 'keep-guest' }>,
): Promise<boolean> {
  const [table, key] = [cellTable(cell), instanceKey(uuid)];
  const item = await tables.get(table, key);
  const found = item === undefined ? undefined : givenUpHosts(item).find((each) => each.host === host);
  if (found === undefined || found.kept) return false;
  const given = not(equals(givenUpBy(host), null));
  try {
    await tables.update(table, key, { set: keptGuest(found), remove: [destroyedBy(host)] }, given);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
