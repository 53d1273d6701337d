import { ImageMetaProps } from './image-meta-props.ts';
import type { ObjectOf } from '#objects/versioned/object-type';
import { parseCpuSpec } from '#objects/cpu/cpu-spec';

type Dict = Readonly<Record<string, unknown>>;
type Props = ObjectOf<typeof ImageMetaProps>;

/** Names that properties had before; a property under its present name wins. */
const LEGACY_NAMES: Readonly<Record<string, string>> = {
  architecture: 'hw_architecture',
  owner_id: 'img_owner_id',
  vmware_disktype: 'hw_disk_type',
  vmware_image_version: 'img_version',
  vmware_ostype: 'os_distro',
  auto_disk_config: 'hw_auto_disk_config',
  ipxe_boot: 'hw_ipxe_boot',
  xenapi_device_id: 'hw_device_id',
  xenapi_image_compression_level: 'img_compression_level',
  vmware_linked_clone: 'img_linked_clone',
  xenapi_use_agent: 'img_use_agent',
  xenapi_skip_agent_inject_ssh: 'os_skip_agent_inject_ssh',
  xenapi_skip_agent_inject_files_at_boot: 'os_skip_agent_inject_files_at_boot',
  cache_in_nova: 'img_cache_in_nova',
  vm_mode: 'hw_vm_mode',
  bittorrent: 'img_bittorrent',
  mappings: 'img_mappings',
  block_device_mapping: 'img_block_device_mapping',
  bdm_v2: 'img_bdm_v2',
  root_device_name: 'img_root_device_name',
  hypervisor_version_requires: 'img_hv_requested_version',
  hypervisor_type: 'img_hv_type',
};

/** Set from entries of their own shape, never from an entry of their name. */
const COMPOSED = new Set(['hw_numa_mem', 'hw_numa_cpus', 'traits_required']);

/** The typed properties of an image's property map; unknown ones are dropped.
 * @throws ValueError when a value does not fit. */
export function imagePropsFromDict(dict: Dict): Props {
  const props = ImageMetaProps.make();
  for (const [legacy, name] of Object.entries(LEGACY_NAMES)) {
    if (Object.hasOwn(dict, legacy)) props.assign(name, dict[legacy]);
  }
  setVmwareAdapter(props, dict['vmware_adaptertype']);
  for (const name of ImageMetaProps.fieldNames) {
    if (!COMPOSED.has(name) && Object.hasOwn(dict, name)) props.assign(name, dict[name]);
  }
  const memory = perNode(dict, 'hw_numa_mem.');
  const cpus = perNode(dict, 'hw_numa_cpus.');
  if (memory.length > 0) props.assign('hw_numa_mem', memory);
  if (cpus.length > 0) props.set('hw_numa_cpus', cpus.map(parseCpuSpec));
  const traits = Object.entries(dict).filter(([key, value]) => key.startsWith('trait:') && value === 'required');
  if (traits.length > 0) {
    props.set(
      'traits_required',
      traits.map(([key]) => key.slice('trait:'.length)),
    );
  }
  return props;
}

function setVmwareAdapter(props: Props, adapter: unknown): void {
  if (typeof adapter !== 'string' || adapter === '') return;
  props.set('hw_disk_bus', adapter === 'ide' ? 'ide' : 'scsi');
  if (adapter !== 'ide') props.set('hw_scsi_model', adapter);
}

/** Values of `prefix0`, `prefix1`, … up to the first that is missing; Nova looks at 128 of them. */
function perNode(dict: Dict, prefix: string): string[] {
  const values: string[] = [];
  for (let node = 0; node < 128 && Object.hasOwn(dict, `${prefix}${node}`); node += 1) {
    values.push(String(dict[`${prefix}${node}`]));
  }
  return values;
}
