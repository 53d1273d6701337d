import { older } from '#conductor/compute-rpc';
import { UnsupportedRPCVersion } from '#errors';
import { isWireObject, setFields } from '#wire/wire';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { instanceOf } from '#records/instance-item';
import type { StoredOperation } from '#operations/operation-document';
import type { PlacedState } from './state.ts';
import { instanceItem } from '#records/items/instance';

/** What a rebuild order is made of. */
export interface RebuildOrder {
  readonly state: PlacedState;
  readonly document: StoredOperation;
  readonly item: Item;
  /** The migration as it is now, null for none. */
  readonly migration: WireObject | null;
  /** Ids of the server's accelerator requests. */
  readonly accelUuids: string[];
}

/** What goes on to the host as it came. */
const PASSED_ON = [
  'new_pass',
  'injected_files',
  'image_ref',
  'orig_image_ref',
  'orig_sys_metadata',
  'bdms',
  'recreate',
  'on_shared_storage',
  'preserve_ephemeral',
];

/** The arguments of rebuild_instance (nova.conductor.manager `rebuild_instance`, nova.compute.rpcapi). */
export function rebuildArguments({ state, document, item, migration, accelUuids }: RebuildOrder): JsonMap {
  const args = document.arguments;
  return {
    instance: castInstance(document, item, state.zone),
    ...Object.fromEntries(PASSED_ON.map((name) => [name, args[name] ?? null])),
    migration,
    scheduled_node: state.node,
    limits: state.limits,
    request_spec: document.spec ?? args['request_spec'] ?? null,
    accel_uuids: accelUuids,
    reimage_boot_volume: args['reimage_boot_volume'] === true,
    target_state: args['target_state'] ?? null,
  };
}

/**
 * Refuses to leave out what the user asked for.
 *
 * @param cap the newest compute RPC version that may be sent
 * @throws UnsupportedRPCVersion when the host does not know how to write a boot volume anew, or in which state to
 *   leave the
 * server
 */
export function mustBeKnown(args: JsonMap, cap: string): void {
  const required =
    (typeof args['target_state'] === 'string' && '6.2') || (args['reimage_boot_volume'] === true && '6.1');
  if (required !== false && older(cap, required))
    throw new UnsupportedRPCVersion({ api: 'rebuild_instance', required });
}

/**
 * The Instance as it came, in the zone of its host; Nova has read its trusted certificates by then, which marks them.
 */
function castInstance(document: StoredOperation, item: Item, zone: string): WireObject {
  const given = document.arguments['instance'];
  const sent = isWireObject(given) ? given : instanceOf(item, []).toPrimitive();
  const zoned = setFields(sent, { availability_zone: zone });
  if ('trusted_certs' in sent['nova_object.data']) return zoned;
  return setFields(zoned, { trusted_certs: instanceItem(item).trusted_certs });
}
