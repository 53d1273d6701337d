import type { AnyObject } from '#objects/versioned/any-object';
import { NovaObject } from '#objects/versioned/base';
import type { Manifest } from '#objects/versioned/primitive';
import { compareVersions } from '#objects/versioned/version';
import type { Records } from '#records/method';
import { computeServiceOf } from '#records/hosts/compute-service';
import { textOf } from '#records/stored-object';

/** Since this version a compute node may name no service. */
const SERVICE_MAY_BE_NULL = '1.13';

/**
 * Gives the compute nodes in an object the id of their host's service, where they name none and the caller knows nodes
 * in a version that has to name one. Where the host has no service they are left, and lowered to -1.
 */
export async function nameServices(records: Records, object: AnyObject, manifest: Manifest): Promise<void> {
  const asked = manifest['ComputeNode'];
  if (asked === undefined || compareVersions(asked, SERVICE_MAY_BE_NULL) >= 0) return;
  for (const node of nodesIn(object)) {
    if ((node.peek('service_id') ?? null) !== null || records.cell === undefined) continue;
    const service = await computeServiceOf(records, textOf(node, 'host') ?? '');
    if (service === undefined) continue;
    node.assign('service_id', service.get('id'));
    node.resetChanges(['service_id']);
  }
}

function nodesIn(object: AnyObject): AnyObject[] {
  if (object.type.name === 'ComputeNode') return [object];
  const nested = object.type.nestedFields.flatMap(([name]) => [object.peek(name)].flat());
  return nested.flatMap((each) => (each instanceof NovaObject ? nodesIn(each) : []));
}
