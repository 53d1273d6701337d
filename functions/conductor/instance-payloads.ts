import { jsonOrNull } from '#wire/json-text';
import { listOf, mapOf, textOrEmpty } from '#wire/reading';
import { FlavorPayload } from '#objects/notification/flavor-payload';
import { InstanceActionPayload } from '#objects/notification/instance-action-payload';
import { InstanceActionRebuildPayload } from '#objects/notification/instance-action-rebuild-payload';
import { IpPayload } from '#objects/notification/instance-payload';
import { POWER_STATES } from '#objects/versioned/enums';
import {
  AuditPeriodPayload,
  InstanceStateUpdatePayload,
  InstanceUpdatePayload,
} from '#objects/notification/instance-update-payload';
import { fill, sent, type FieldReader } from '#objects/notification/payload';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap } from '#ports/json';

/** A server with its flavor as their fields, and whose request it was. */
export interface ReportedInstance {
  readonly instance: JsonMap;
  readonly flavor: JsonMap;
  readonly context: Pick<RequestContext, 'user_id' | 'project_id' | 'request_id'>;
}

/** What changed of a server. */
export interface StateUpdate {
  readonly old_state: string | null;
  readonly state: string | null;
  readonly old_task_state: string | null;
  readonly new_task_state: string | null;
  readonly audit_period_beginning: string;
  readonly audit_period_ending: string;
  readonly old_display_name: string | null;
  readonly tags: string[];
}

/** Fields that a payload calls otherwise than the server does. */
const RENAMED: Readonly<Record<string, string>> = {
  tenant_id: 'project_id',
  host_name: 'hostname',
  image_uuid: 'image_ref',
  state: 'vm_state',
};

/** The payload of `instance.rebuild_scheduled`. */
export function rebuildPayload(instance: ReportedInstance): JsonMap {
  const { ids = null } = mapOf(mapOf(instance.instance['trusted_certs'])['nova_object.data']);
  const own = instanceFields(instance);
  return sent(fill(InstanceActionRebuildPayload, (name) => (name === 'trusted_image_certificates' ? ids : own(name))));
}

/** The payload of an action's event, `instance.resize_confirm.end` for instance. */
export const actionPayload = (instance: ReportedInstance): JsonMap =>
  sent(fill(InstanceActionPayload, instanceFields(instance)));

/** The payload of `instance.update`. */
export function updatePayload(instance: ReportedInstance, update: StateUpdate): JsonMap {
  const own = instanceFields(instance);
  const { audit_period_beginning, audit_period_ending, old_display_name, tags } = update;
  const parts: Readonly<Record<string, unknown>> = {
    state_update: InstanceStateUpdatePayload.make({
      old_state: update.old_state,
      state: update.state,
      old_task_state: update.old_task_state,
      new_task_state: update.new_task_state,
    }),
    audit_period: AuditPeriodPayload.make({ audit_period_beginning, audit_period_ending }),
    old_display_name,
    tags,
  };
  return sent(fill(InstanceUpdatePayload, (name) => (name in parts ? parts[name] : own(name))));
}

function instanceFields({ instance, flavor, context }: ReportedInstance): FieldReader {
  const power = instance['power_state'];
  const parts: Readonly<Record<string, unknown>> = {
    flavor: fill(FlavorPayload, (name) => flavor[name]),
    power_state: typeof power === 'number' ? POWER_STATES[power] : null,
    ip_addresses: addressesOf(instance['network_info']),
    // As by Nova's default, bdms_in_notifications.
    block_devices: null,
    metadata: mapOf(instance['metadata']),
    locked: instance['locked'] === true,
    auto_disk_config: instance['auto_disk_config'] === true ? 'AUTO' : 'MANUAL',
    action_initiator_user: context.user_id,
    action_initiator_project: context.project_id,
    // Nova sends it for requests that somebody made, not of what computes do on their own.
    request_id: context.project_id !== null && context.user_id !== null ? context.request_id : null,
    locked_reason: mapOf(instance['system_metadata'])['locked_reason'],
  };
  return (name) => (name in parts ? parts[name] : instance[RENAMED[name] ?? name]);
}

/** Every fixed address of every port, out of the network model that the record keeps as text. */
function addressesOf(networks: Json | undefined) {
  return listOf(jsonOrNull(textOrEmpty(networks))).flatMap((port) => {
    const { id, address: mac, devname, network, meta } = mapOf(port);
    const { label, subnets } = mapOf(network);
    return listOf(subnets).flatMap((subnet) =>
      listOf(mapOf(subnet)['ips']).map((ip) => {
        const { address, version } = mapOf(ip);
        const parts: Readonly<Record<string, unknown>> = {
          label,
          mac,
          version,
          address,
          meta: mapOf(meta),
          port_uuid: id,
          device_name: devname,
        };
        return fill(IpPayload, (name) => parts[name]);
      }),
    );
  });
}
