import { newObject } from '#wire/wire';
import type { Clock } from '#ports/clock';
import type { Ids } from '#ports/ids';
import type { JsonMap, WireObject } from '#ports/json';
import { requestContext } from './request-context.ts';

/** Resources that an instance asks for. */
export interface Size {
  readonly id: number;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly rootGb: number;
}

/** What is to be built. */
export interface Wanted {
  readonly names: readonly string[];
  readonly flavor: Size;
  readonly project: string;
  /** Who asks. @default demo */
  readonly user?: string;
  /** Id of the image. @default one that is nowhere, which fake computes take */
  readonly image?: string;
  /** Where they are to be built. @default the scheduler chooses */
  readonly host?: string;
}

const IMAGE_ID = '155d900f-4e14-4e4c-a73d-069cbf4541e6';
const IMAGE: JsonMap = {
  id: IMAGE_ID,
  name: 'demo',
  created_at: '2026-01-01T00:00:00.000000',
  updated_at: '2026-01-01T00:00:00.000000',
  deleted_at: null,
  deleted: false,
  status: 'active',
  container_format: 'raw',
  disk_format: 'raw',
  size: '25165824',
  min_ram: 0,
  min_disk: 0,
  protected: false,
  visibility: 'public',
  tags: [],
  properties: { architecture: 'x86_64' },
};

/** An object none of whose fields are dirty. */
function clean(name: string, version: string, data: JsonMap): WireObject {
  const object = newObject(name, version, data);
  delete object['nova_object.changes'];
  return object;
}

/**
 * The message by which an API has servers built, in the form of a recorded one.
 * Its build requests and request specs carry no id, so the conductor stores them.
 */
export function buildCommand(ports: { readonly ids: Ids; readonly clock: Clock }, wanted: Wanted) {
  const { user = 'demo', image = IMAGE_ID } = wanted;
  const now = new Date(ports.clock.now()).toISOString();
  const roles = ['reader', 'member', 'admin'];
  const context = requestContext(ports, { user, project: wanted.project, roles, remoteAddress: '127.0.0.1' });
  const servers = wanted.names.map((name) => ({ name, uuid: ports.ids.uuid() }));
  const created = now.replace(/\.\d+Z$/u, 'Z');
  const flavor = flavorObject(wanted.flavor, created);
  const reservation = `r-${ports.ids.uuid().slice(0, 8)}`;
  return {
    context,
    uuids: servers.map(({ uuid }) => uuid),
    args: {
      build_requests: servers.map(({ name, uuid }, at) =>
        clean('BuildRequest', '1.3', {
          instance_uuid: uuid,
          project_id: wanted.project,
          instance: instanceObject({ name, uuid, at, wanted, flavor, reservation, created }),
          block_device_mappings: clean('BlockDeviceMappingList', '1.18', {
            objects: [clean('BlockDeviceMapping', '1.21', { ...rootDevice(image), instance_uuid: uuid })],
          }),
          tags: clean('TagList', '1.1', { objects: [] }),
          created_at: created,
          updated_at: null,
        }),
      ),
      request_spec: servers.map(({ uuid }) => requestSpec(uuid, wanted, flavor, servers.length, requestedNetworks())),
      image: { ...IMAGE, id: image },
      admin_password: ports.ids.uuid().slice(0, 12),
      injected_files: [],
      requested_networks: requestedNetworks(),
      block_device_mapping: newObject('BlockDeviceMappingList', '1.18', {
        objects: [newObject('BlockDeviceMapping', '1.21', rootDevice(image))],
      }),
      tags: newObject('TagList', '1.1', { objects: [] }),
    },
  };
}

/** A flavor as it travels. */
export const flavorObject = (flavor: Size, created: string): WireObject =>
  clean('Flavor', '1.2', {
    id: flavor.id,
    name: flavor.name,
    memory_mb: flavor.memoryMb,
    vcpus: flavor.vcpus,
    root_gb: flavor.rootGb,
    ephemeral_gb: 0,
    flavorid: String(flavor.id),
    swap: 0,
    rxtx_factor: 1.0,
    vcpu_weight: 0,
    disabled: false,
    is_public: true,
    extra_specs: {},
    description: null,
    created_at: created,
    updated_at: null,
    deleted_at: null,
    deleted: false,
  });

const requestedNetworks = (): WireObject =>
  newObject('NetworkRequestList', '1.1', {
    objects: [newObject('NetworkRequest', '1.3', { network_id: 'none', port_id: null, device_profile: null })],
  });

const rootDevice = (image: string): JsonMap => ({
  source_type: 'image',
  destination_type: 'local',
  guest_format: null,
  device_type: 'disk',
  disk_bus: null,
  boot_index: 0,
  device_name: null,
  delete_on_termination: true,
  snapshot_id: null,
  volume_id: null,
  volume_size: null,
  image_id: image,
  no_device: false,
  connection_info: null,
  tag: null,
  volume_type: null,
  encrypted: false,
  encryption_secret_uuid: null,
  encryption_format: null,
  encryption_options: null,
});

interface NewInstance {
  readonly name: string;
  readonly uuid: string;
  readonly at: number;
  readonly wanted: Wanted;
  readonly flavor: WireObject;
  readonly reservation: string;
  readonly created: string;
}

const instanceObject = ({ name, uuid, at, wanted, flavor, reservation, created }: NewInstance): WireObject =>
  clean('Instance', '2.7', {
    user_id: wanted.user ?? 'demo',
    project_id: wanted.project,
    image_ref: wanted.image ?? IMAGE_ID,
    kernel_id: '',
    ramdisk_id: '',
    hostname: name,
    launch_index: at,
    key_name: null,
    key_data: null,
    power_state: 0,
    vm_state: 'building',
    task_state: 'scheduling',
    memory_mb: wanted.flavor.memoryMb,
    vcpus: wanted.flavor.vcpus,
    root_gb: wanted.flavor.rootGb,
    ephemeral_gb: 0,
    ephemeral_key_uuid: null,
    host: null,
    node: null,
    instance_type_id: wanted.flavor.id,
    user_data: null,
    reservation_id: reservation,
    launched_at: null,
    terminated_at: null,
    availability_zone: null,
    display_name: name,
    display_description: null,
    launched_on: null,
    locked: false,
    locked_by: null,
    os_type: null,
    architecture: 'x86_64',
    vm_mode: null,
    uuid,
    root_device_name: null,
    config_drive: '',
    access_ip_v4: null,
    access_ip_v6: null,
    auto_disk_config: false,
    progress: 0,
    shutdown_terminate: false,
    disable_terminate: false,
    cell_name: null,
    metadata: {},
    system_metadata: {
      image_architecture: 'x86_64',
      image_min_ram: '0',
      image_min_disk: '1',
      image_disk_format: 'raw',
    },
    info_cache: clean('InstanceInfoCache', '1.5', { instance_uuid: uuid, network_info: '[]' }),
    security_groups: clean('SecurityGroupList', '1.1', { objects: [] }),
    numa_topology: null,
    pci_requests: clean('InstancePCIRequests', '1.1', { requests: [] }),
    tags: clean('TagList', '1.1', { objects: [] }),
    flavor,
    old_flavor: null,
    new_flavor: null,
    keypairs: clean('KeyPairList', '1.3', { objects: [] }),
    trusted_certs: null,
    hidden: false,
    created_at: created,
    updated_at: null,
    deleted: false,
  });

function requestSpec(
  uuid: string,
  wanted: Wanted,
  flavor: WireObject,
  count: number,
  networks: WireObject,
): WireObject {
  const properties = newObject('ImageMetaProps', '1.34', { hw_architecture: 'x86_64' });
  const image = newObject('ImageMeta', '1.8', {
    id: wanted.image ?? IMAGE_ID,
    name: 'demo',
    status: 'active',
    min_ram: 0,
    min_disk: 0,
    properties,
  });
  const group = newObject('SecurityGroup', '1.2', { name: 'default' });
  return clean('RequestSpec', '1.14', {
    image,
    numa_topology: null,
    pci_requests: newObject('InstancePCIRequests', '1.1', { requests: [] }),
    project_id: wanted.project,
    user_id: wanted.user ?? 'demo',
    availability_zone: null,
    flavor,
    num_instances: count,
    ignore_hosts: null,
    force_hosts: wanted.host === undefined ? null : [wanted.host],
    force_nodes: null,
    requested_destination: null,
    retry: null,
    limits: newObject('SchedulerLimits', '1.0', { numa_topology: null, vcpu: null, disk_gb: null, memory_mb: null }),
    instance_group: null,
    scheduler_hints: {},
    instance_uuid: uuid,
    security_groups: newObject('SecurityGroupList', '1.1', { objects: [group] }),
    is_bfv: false,
    requested_resources: [],
    request_level_params: clean('RequestLevelParams', '1.1', {}),
    requested_networks: networks,
  });
}
