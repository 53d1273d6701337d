import { refuseValues } from '#objects/versioned/refuse-values';
import { dictOf, listOf, setOf } from '#objects/versioned/containers';
import {
  ARCHITECTURE,
  ARCHITECTURE_ALIASES,
  BLOCK_DEVICE_TYPE,
  DISK_BUS,
  HVTYPE,
  HVTYPE_ALIASES,
  IMAGE_SIGNATURE_KEY_TYPE,
  MEM_ENCRYPTION_MODEL,
  OSTYPE,
  OSTYPE_ALIASES,
  SCSIMODEL,
  SCSIMODEL_ALIASES,
  SOUND_MODEL,
  VIDEO_MODEL,
  VIFMODEL,
  VIFMODEL_ALIASES,
  VMMODE,
  VMMODE_ALIASES,
  WATCHDOG_ACTION,
} from '#objects/versioned/enums';
import { nullable } from '#objects/versioned/field';
import { enumOf, flexibleBoolean, integer, pattern, string, uuid } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** The typed properties of an image. All are optional; unknown ones are dropped. */
export const ImageMetaProps = defineObject({
  name: 'ImageMetaProps',
  version: '1.44',
  // 1.0 first
  // 1.1 adds os_require_quiesce
  // 1.2 adds img_hv_type and img_hv_requested_version
  // 1.3 HVSpec 1.1
  // 1.4 adds hw_vif_multiqueue_enabled
  // 1.5 adds os_admin_user
  // 1.6 hw_disk_bus may be lxc or uml
  // 1.7 adds img_config_drive
  // 1.8 img_hv_type may be lxd
  // 1.9 adds hw_cpu_thread_policy
  // 1.10 adds hw_cpu_realtime_mask
  // 1.11 adds hw_firmware_type
  // 1.12 adds the properties of image signatures
  // 1.13 adds os_secure_boot
  // 1.14 adds hw_pointer_model
  // 1.15 adds hw_rescue_bus and hw_rescue_device
  // 1.16 hw_watchdog_action may be disabled
  // 1.17 hw_vif_model may be lan9118
  // 1.18 signature values come from another library
  // 1.19 adds img_hide_hypervisor_id
  // 1.20 adds traits_required
  // 1.21 adds hw_time_hpet
  // 1.22 hw_video_model may be gop, virtio or none
  // 1.23 adds hw_pmu
  // 1.24 adds hw_mem_encryption
  // 1.25 adds hw_pci_numa_affinity_policy
  // 1.26 hw_cpu_policy may be mixed
  // 1.27 adds hw_tpm_model and hw_tpm_version
  // 1.28 hw_pci_numa_affinity_policy may be socket
  // 1.29 adds hw_input_bus
  // 1.30 hw_video_model may be bochs
  // 1.31 adds hw_emulation_architecture
  // 1.32 adds hw_ephemeral_encryption and hw_ephemeral_encryption_format
  // 1.33 adds hw_locked_memory
  // 1.34 adds hw_viommu_model
  // 1.35 adds hw_virtio_packed_ring
  // 1.36 adds hw_maxphysaddr_mode and hw_maxphysaddr_bits
  // 1.37 adds hw_ephemeral_encryption_secret_uuid
  // 1.38 adds hw_firmware_stateless
  // 1.39 hw_vif_model may be igb
  // 1.40 adds hw_sound_model
  // 1.41 adds hw_usb_model and hw_redirected_usb_ports
  // 1.42 adds hw_mem_encryption_model
  // 1.43 hw_mem_encryption_model may be amd-sev-snp
  // 1.44 hw_mem_encryption_model may be intel-tdx
  fields: {
    hw_architecture: enumOf('Architecture', ARCHITECTURE, ARCHITECTURE_ALIASES),
    hw_emulation_architecture: enumOf('Architecture', ARCHITECTURE, ARCHITECTURE_ALIASES),
    hw_auto_disk_config: string(),
    hw_boot_menu: flexibleBoolean(),
    hw_cdrom_bus: enumOf('DiskBus', DISK_BUS),
    hw_cpu_cores: integer(),
    hw_cpu_sockets: integer(),
    hw_cpu_max_cores: integer(),
    hw_cpu_max_sockets: integer(),
    hw_cpu_max_threads: integer(),
    hw_cpu_policy: enumOf('CPUAllocationPolicy', ['dedicated', 'shared', 'mixed']),
    hw_cpu_thread_policy: enumOf('CPUThreadAllocationPolicy', ['prefer', 'isolate', 'require']),
    hw_cpu_realtime_mask: string(),
    hw_cpu_threads: integer(),
    hw_device_id: integer(),
    hw_disk_bus: enumOf('DiskBus', DISK_BUS),
    hw_disk_type: string(),
    hw_floppy_bus: enumOf('DiskBus', DISK_BUS),
    hw_firmware_type: enumOf('FirmwareType', ['uefi', 'bios']),
    hw_firmware_stateless: flexibleBoolean(),
    hw_input_bus: enumOf('InputBus', ['usb', 'virtio']),
    hw_ipxe_boot: flexibleBoolean(),
    hw_locked_memory: flexibleBoolean(),
    hw_machine_type: string(),
    hw_maxphysaddr_bits: integer(),
    hw_maxphysaddr_mode: enumOf('MaxPhyAddrMode', ['passthrough', 'emulate']),
    hw_mem_encryption: flexibleBoolean(),
    hw_mem_encryption_model: enumOf('MemEncryptionModel', MEM_ENCRYPTION_MODEL),
    hw_mem_page_size: string(),
    hw_numa_nodes: integer(),
    hw_numa_cpus: listOf(setOf(integer())),
    hw_numa_mem: listOf(integer()),
    hw_pci_numa_affinity_policy: enumOf('PCINUMAAffinityPolicy', ['required', 'legacy', 'preferred', 'socket']),
    hw_pointer_model: enumOf('PointerModelType', ['usbtablet']),
    hw_pmu: flexibleBoolean(),
    hw_qemu_guest_agent: flexibleBoolean(),
    hw_redirected_usb_ports: integer(),
    hw_rescue_bus: enumOf('DiskBus', DISK_BUS),
    hw_rescue_device: enumOf('BlockDeviceType', BLOCK_DEVICE_TYPE),
    hw_rng_model: enumOf('RNGModel', ['virtio']),
    hw_time_hpet: flexibleBoolean(),
    hw_serial_port_count: integer(),
    hw_scsi_model: enumOf('SCSIModel', SCSIMODEL, SCSIMODEL_ALIASES),
    hw_sound_model: enumOf('SoundModelType', SOUND_MODEL),
    hw_usb_model: enumOf('USBControllerModelType', ['none', 'nec-xhci', 'qemu-xhci']),
    hw_video_model: enumOf('VideoModel', VIDEO_MODEL),
    hw_video_ram: integer(),
    hw_vif_model: enumOf('VIFModel', VIFMODEL, VIFMODEL_ALIASES),
    hw_viommu_model: enumOf('VIOMMUModel', ['intel', 'smmuv3', 'virtio', 'auto']),
    hw_virtio_packed_ring: flexibleBoolean(),
    hw_vm_mode: enumOf('VMMode', VMMODE, VMMODE_ALIASES),
    hw_watchdog_action: enumOf('WatchdogAction', WATCHDOG_ACTION),
    hw_vif_multiqueue_enabled: flexibleBoolean(),
    hw_tpm_model: enumOf('TPMModel', ['tpm-tis', 'tpm-crb']),
    hw_tpm_version: enumOf('TPMVersion', ['1.2', '2.0']),
    hw_ephemeral_encryption: flexibleBoolean(),
    hw_ephemeral_encryption_format: enumOf('BlockDeviceEncryptionFormatType', ['plain', 'luks', 'luksv2']),
    hw_ephemeral_encryption_secret_uuid: uuid(),
    img_bittorrent: flexibleBoolean(),
    img_bdm_v2: flexibleBoolean(),
    img_block_device_mapping: listOf(dictOf(nullable(string()))),
    img_cache_in_nova: flexibleBoolean(),
    img_compression_level: integer(),
    img_hv_requested_version: pattern('VersionPredicate', /^(?:\s*(?:<=|>=|<|>|!=|==)\s*[^\s,]+\s*(?:,|$))+/),
    img_hv_type: enumOf('HVType', HVTYPE, HVTYPE_ALIASES),
    img_config_drive: enumOf('ConfigDrivePolicy', ['optional', 'mandatory']),
    img_linked_clone: flexibleBoolean(),
    img_mappings: listOf(dictOf(nullable(string()))),
    img_owner_id: string(),
    img_root_device_name: string(),
    img_use_agent: flexibleBoolean(),
    img_version: integer(),
    img_signature: string(),
    img_signature_hash_method: enumOf('ImageSignatureHashType', ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']),
    img_signature_certificate_uuid: uuid(),
    img_signature_key_type: enumOf('ImageSignatureKeyType', IMAGE_SIGNATURE_KEY_TYPE),
    img_hide_hypervisor_id: flexibleBoolean(),
    os_admin_user: string(),
    os_command_line: string(),
    os_distro: string(),
    os_require_quiesce: flexibleBoolean(),
    os_secure_boot: enumOf('SecureBoot', ['required', 'disabled', 'optional']),
    os_skip_agent_inject_files_at_boot: flexibleBoolean(),
    os_skip_agent_inject_ssh: flexibleBoolean(),
    os_type: enumOf('OSType', OSTYPE, OSTYPE_ALIASES),
    traits_required: listOf(string()),
  },
  lower: (data, below, target) => {
    if (below('1.44')) refuseValues(data, 'hw_mem_encryption_model', ['intel-tdx'], target);
    if (below('1.43')) refuseValues(data, 'hw_mem_encryption_model', ['amd-sev-snp'], target);
    if (below('1.39')) refuseValues(data, 'hw_vif_model', ['igb'], target);
    if (below('1.30')) refuseValues(data, 'hw_video_model', ['bochs'], target);
    if (below('1.28')) refuseValues(data, 'hw_pci_numa_affinity_policy', ['socket'], target);
    if (below('1.26')) refuseValues(data, 'hw_cpu_policy', ['mixed'], target);
    if (below('1.22')) refuseValues(data, 'hw_video_model', ['gop', 'virtio', 'none'], target);
    // To say nothing of a watchdog is the same as to disable it.
    if (below('1.16') && data['hw_watchdog_action'] === 'disabled') delete data['hw_watchdog_action'];
    if (below('1.6')) refuseValues(data, 'hw_disk_bus', ['lxc', 'uml'], target);
  },
  drops: {
    '1.1': ['os_require_quiesce'],
    '1.2': ['img_hv_type', 'img_hv_requested_version'],
    '1.4': ['hw_vif_multiqueue_enabled'],
    '1.5': ['os_admin_user'],
    '1.7': ['img_config_drive'],
    '1.9': ['hw_cpu_thread_policy'],
    '1.10': ['hw_cpu_realtime_mask'],
    '1.11': ['hw_firmware_type'],
    '1.13': ['os_secure_boot'],
    '1.14': ['hw_pointer_model'],
    '1.15': ['hw_rescue_bus', 'hw_rescue_device'],
    '1.19': ['img_hide_hypervisor_id'],
    '1.20': ['traits_required'],
    '1.21': ['hw_time_hpet'],
    '1.23': ['hw_pmu'],
    '1.24': ['hw_mem_encryption'],
    '1.25': ['hw_pci_numa_affinity_policy'],
    '1.27': ['hw_tpm_model', 'hw_tpm_version'],
    '1.29': ['hw_input_bus'],
    '1.31': ['hw_emulation_architecture'],
    '1.32': ['hw_ephemeral_encryption', 'hw_ephemeral_encryption_format'],
    '1.33': ['hw_locked_memory'],
    '1.34': ['hw_viommu_model'],
    '1.35': ['hw_virtio_packed_ring'],
    '1.36': ['hw_maxphysaddr_mode', 'hw_maxphysaddr_bits'],
    '1.37': ['hw_ephemeral_encryption_secret_uuid'],
    '1.38': ['hw_firmware_stateless'],
    '1.40': ['hw_sound_model'],
    '1.41': ['hw_usb_model', 'hw_redirected_usb_ports'],
    '1.42': ['hw_mem_encryption_model'],
  },
});
