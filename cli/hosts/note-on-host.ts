import { all, exists, type Condition } from '#ports/conditions';
import type { JsonMap } from '#ports/json';
import { ConditionFailed, type AttributesOf } from '#ports/tables';
import type { ServiceItem } from '#records/items/service';
import { cellTable, serviceKey } from '#records/keys';
import { CommandFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { HostRow } from '#cli/inventory/hosts';

/** What a person says of a host. */
interface Note {
  readonly set: AttributesOf<ServiceItem>;
  /** As Nova writes times. */
  readonly at: string;
  /** What was looked at. */
  readonly asRead: Condition;
  /** Why it is not written where that is so no more. */
  readonly refusal: string;
  readonly eventType: string;
  readonly payload: JsonMap;
}

/** Writes and publishes what a person says of a host. @throws CommandFailure when what was looked at is so no more */
export async function noteOnHost(
  target: DeploymentTarget,
  { host, cell }: Pick<HostRow, 'host' | 'cell'>,
  { set, at, asRead, refusal, eventType, payload }: Note,
): Promise<void> {
  const change = { set: { ...set, updated_at: at } };
  try {
    await target.tables.update(cellTable(cell), serviceKey(host, 'nova-compute'), change, all(exists, asRead));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new CommandFailure(refusal);
  }
  await target.notifier.notify({
    family: 'unversioned',
    eventType,
    priority: 'INFO',
    publisherId: `conductor.${target.config.host}`,
    payload: { host, cell, ...payload, by: target.caller },
    messageId: target.ids.uuid(),
    timestamp: at,
  });
}
