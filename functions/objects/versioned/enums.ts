/* What the enum fields of the objects may hold, and the other spellings that are taken for them. */

export const ARCHITECTURE = [
  'alpha',
  'armv6',
  'armv7l',
  'armv7b',
  'aarch64',
  'cris',
  'i686',
  'ia64',
  'lm32',
  'm68k',
  'microblaze',
  'microblazeel',
  'mips',
  'mipsel',
  'mips64',
  'mips64el',
  'openrisc',
  'parisc',
  'parisc64',
  'ppc',
  'ppcle',
  'ppc64',
  'ppc64le',
  'ppcemb',
  's390',
  's390x',
  'sh4',
  'sh4eb',
  'sparc',
  'sparc64',
  'unicore32',
  'x86_64',
  'xtensa',
  'xtensaeb',
];

export const BLOCK_DEVICE_TYPE = ['cdrom', 'disk', 'floppy', 'fs', 'lun'];

export const CPUFEATURE_POLICY = ['force', 'require', 'optional', 'disable', 'forbid'];

export const DISK_BUS = ['fdc', 'ide', 'sata', 'scsi', 'usb', 'virtio', 'xen', 'lxc', 'uml'];

export const HVTYPE = [
  'baremetal',
  'bhyve',
  'docker',
  'fake',
  'hyperv',
  'ironic',
  'kqemu',
  'kvm',
  'lxc',
  'lxd',
  'openvz',
  'parallels',
  'phyp',
  'qemu',
  'test',
  'uml',
  'vbox',
  'vz',
  'vmware',
  'xen',
  'zvm',
  'prsm',
];

export const HYPERVISOR_DRIVER = ['libvirt', 'xenapi', 'vmwareapi', 'ironic', 'hyperv'];

export const IMAGE_SIGNATURE_KEY_TYPE = [
  'DSA',
  'ECC_SECP384R1',
  'ECC_SECP521R1',
  'ECC_SECT409K1',
  'ECC_SECT409R1',
  'ECC_SECT571K1',
  'ECC_SECT571R1',
  'RSA-PSS',
];

export const MEM_ENCRYPTION_MODEL = ['amd-sev', 'amd-sev-es', 'amd-sev-snp', 'intel-tdx'];

export const MONITOR_METRIC_TYPE = [
  'cpu.frequency',
  'cpu.user.time',
  'cpu.kernel.time',
  'cpu.idle.time',
  'cpu.iowait.time',
  'cpu.user.percent',
  'cpu.kernel.percent',
  'cpu.idle.percent',
  'cpu.iowait.percent',
  'cpu.percent',
  'numa.membw.max',
  'numa.membw.current',
];

export const OSTYPE = ['linux', 'windows'];

export const PCI_DEVICE_STATUS = [
  'available',
  'claimed',
  'allocated',
  'removed',
  'deleted',
  'unavailable',
  'unclaimable',
];

export const POWER_STATES = ['pending', 'running', '_unused', 'paused', 'shutdown', '_unused', 'crashed', 'suspended'];

export const SCSIMODEL = ['buslogic', 'ibmvscsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'virtio-scsi', 'vmpvscsi'];

export const SOUND_MODEL = ['sb16', 'es1370', 'pcspk', 'ac97', 'ich6', 'ich9', 'usb', 'virtio'];

export const VIDEO_MODEL = ['cirrus', 'qxl', 'vga', 'vmvga', 'xen', 'virtio', 'gop', 'none', 'bochs'];

export const VIFMODEL = [
  'virtio',
  'ne2k_pci',
  'pcnet',
  'rtl8139',
  'e1000',
  'e1000e',
  'netfront',
  'spapr-vlan',
  'lan9118',
  'sriov',
  'vmxnet',
  'vmxnet3',
  'igb',
];

export const VMMODE = ['hvm', 'xen', 'uml', 'exe'];

export const WATCHDOG_ACTION = ['none', 'pause', 'poweroff', 'reset', 'disabled'];

export const ARCHITECTURE_ALIASES = {
  i386: 'i686',
  i486: 'i686',
  i586: 'i686',
  x86_32: 'i686',
  x86_32p: 'i686',
  amd64: 'x86_64',
};

export const VMMODE_ALIASES = { pv: 'xen', hv: 'hvm', baremetal: 'hvm' };

export const HVTYPE_ALIASES = { xapi: 'xen' };

export const SCSIMODEL_ALIASES = { lsilogicsas: 'lsisas1068', paravirtual: 'vmpvscsi' };

export const OSTYPE_ALIASES = { windows: 'windows' };

export const VIFMODEL_ALIASES = {
  virtuale1000: 'e1000',
  virtuale1000e: 'e1000e',
  virtualpcnet32: 'pcnet',
  virtualsriovethernetcard: 'sriov',
  virtualvmxnet: 'vmxnet',
  virtualvmxnet3: 'vmxnet3',
};

/** A power state may be given by its number. */
export const POWER_STATE_NUMBERS = Object.fromEntries(POWER_STATES.map((state, number) => [String(number), state]));
