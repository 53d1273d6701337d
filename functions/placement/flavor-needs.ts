import type { JsonMap } from '#ports/json';
import { numberOf, ownOf, plainText, textsOf } from '#wire/reading';

/** What properties of a flavor and its image say in other words than Placement's, in Placement's. */
export interface TranslatedNeeds {
  readonly resources: Readonly<Record<string, number>>;
  readonly requiredTraits: readonly string[];
  readonly forbiddenTraits: readonly string[];
}

/** Extra specs of a flavor, and ImageMetaProps of its image. */
export interface Properties {
  readonly extraSpecs: JsonMap;
  readonly image: JsonMap;
}

/** A value of an extra spec `hw:name`, else of the image's `hw_name`. */
function property({ extraSpecs, image }: Properties, name: string): string {
  const own = plainText(extraSpecs[name]).trim();
  return own === '' ? plainText(image[name.replace(':', '_')]) : own;
}

const TRUE = /^(?:1|t|true|on|y|yes)$/iu;

const isTrue = (value: string): boolean => TRUE.test(value);

/** Traits by property and value (nova.scheduler.utils.ResourceRequest). */
const TRAITS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'hw:tpm_version': { '1.2': 'COMPUTE_SECURITY_TPM_1_2', '2.0': 'COMPUTE_SECURITY_TPM_2_0' },
  'hw:tpm_model': { 'tpm-tis': 'COMPUTE_SECURITY_TPM_TIS', 'tpm-crb': 'COMPUTE_SECURITY_TPM_CRB' },
  'os:secure_boot': { required: 'COMPUTE_SECURITY_UEFI_SECURE_BOOT' },
  'hw:maxphysaddr_mode': {
    passthrough: 'COMPUTE_ADDRESS_SPACE_PASSTHROUGH',
    emulate: 'COMPUTE_ADDRESS_SPACE_EMULATED',
  },
  'hw:pci_numa_affinity_policy': { socket: 'COMPUTE_SOCKET_PCI_NUMA_AFFINITY' },
  'hw:viommu_model': {
    intel: 'COMPUTE_VIOMMU_MODEL_INTEL',
    smmuv3: 'COMPUTE_VIOMMU_MODEL_SMMUV3',
    virtio: 'COMPUTE_VIOMMU_MODEL_VIRTIO',
    auto: 'COMPUTE_VIOMMU_MODEL_AUTO',
  },
  'hw:sound_model': { virtio: 'COMPUTE_SOUND_MODEL_VIRTIO' },
};

/** Traits by property that is true. */
const SWITCHES: Readonly<Record<string, string>> = {
  'hw:firmware_stateless': 'COMPUTE_SECURITY_STATELESS_FIRMWARE',
  'hw:virtio_packed_ring': 'COMPUTE_NET_VIRTIO_PACKED',
};

const ENCRYPTION: Readonly<Record<string, string>> = {
  'amd-sev': 'HW_CPU_X86_AMD_SEV',
  'amd-sev-es': 'HW_CPU_X86_AMD_SEV_ES',
  'amd-sev-snp': 'HW_CPU_X86_AMD_SEV_SNP',
  'intel-tdx': 'HW_CPU_X86_INTEL_TDX',
};

/** Traits of a disk that is encrypted by its compute, by what is asked for (nova.scheduler.request_filter). */
const ENCRYPTED_DISK: Readonly<Record<string, string>> = {
  plain: 'COMPUTE_EPHEMERAL_ENCRYPTION_PLAIN',
  luks: 'COMPUTE_EPHEMERAL_ENCRYPTION_LUKS',
  luksv2: 'COMPUTE_EPHEMERAL_ENCRYPTION_LUKSV2',
};

/** Needs beside processors: memory encryption, persistent memory, TPM, firmware and what else is a trait of a host. */
export function translatedNeeds(properties: Properties): TranslatedNeeds {
  const { extraSpecs, image } = properties;
  const byValue = Object.entries(TRAITS).flatMap(([name, traits]) => ownOf(traits, property(properties, name)) ?? []);
  const bySwitch = Object.entries(SWITCHES).flatMap(([name, trait]) =>
    isTrue(property(properties, name)) ? [trait] : [],
  );
  const encrypted = isTrue(property(properties, 'hw:mem_encryption'));
  const model = property(properties, 'hw:mem_encryption_model');
  const { 'accel:device_profile': profile, 'hw:pmem': labels } = extraSpecs;
  const { traits_required: traits } = image;
  const encryptsDisks = isTrue(property(properties, 'hw:ephemeral_encryption'));
  const accelerated = plainText(profile) !== '';
  return {
    resources: { ...persistentMemory(plainText(labels)), ...(encrypted ? { MEM_ENCRYPTION_CONTEXT: 1 } : {}) },
    requiredTraits: [
      ...textsOf(traits),
      ...byValue,
      ...bySwitch,
      ...(encrypted ? [ownOf(ENCRYPTION, model) ?? 'HW_CPU_X86_AMD_SEV'] : []),
      ...(encryptsDisks
        ? [
            'COMPUTE_EPHEMERAL_ENCRYPTION',
            ...textsOf([ownOf(ENCRYPTED_DISK, property(properties, 'hw:ephemeral_encryption_format')) ?? null]),
          ]
        : []),
      ...(accelerated ? ['COMPUTE_ACCELERATORS'] : []),
    ],
    forbiddenTraits: [],
  };
}

/** One unit of a class for each label of `hw:pmem`. */
function persistentMemory(labels: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of labels
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')) {
    const name = `CUSTOM_PMEM_NAMESPACE_${label.toUpperCase().replaceAll(/[^A-Z0-9]/gu, '_')}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/**
 * What a policy of dedicated processors makes of a flavor's (nova.virt.hardware): PCPU in place of VCPU,
 * some of them under a mixed policy, one more for emulator threads that have a processor of their own.
 * Undefined under no such policy.
 */
export function dedicatedProcessors(vcpus: number, properties: Properties): TranslatedNeeds | undefined {
  const policy = property(properties, 'hw:cpu_policy');
  if (policy !== 'dedicated' && policy !== 'mixed') return undefined;
  const threads = property(properties, 'hw:cpu_thread_policy');
  const { 'hw:emulator_threads_policy': emulator } = properties.extraSpecs;
  const own = plainText(emulator) === 'isolate' ? 1 : 0;
  const mask = property(properties, 'hw:cpu_dedicated_mask') || property(properties, 'hw:cpu_realtime_mask');
  const dedicated = policy === 'mixed' ? maskedProcessors(mask, vcpus) : vcpus;
  return {
    resources: { PCPU: dedicated + own, VCPU: vcpus - dedicated },
    requiredTraits: threads === 'require' ? ['HW_CPU_HYPERTHREADING'] : [],
    forbiddenTraits: threads === 'isolate' ? ['HW_CPU_HYPERTHREADING'] : [],
  };
}

/** How many processors a mask names, like `0-3,^1`; one that begins with an exception excepts from all. */
function maskedProcessors(mask: string, vcpus: number): number {
  const parts = mask.split(',').map((part) => part.trim());
  const named = new Set(mask.startsWith('^') ? Array.from({ length: vcpus }, (_, at) => at) : []);
  const each = (part: string): number[] => {
    const [first = Number.NaN, last = first] = part.split('-').map((end) => numberOf(end) ?? Number.NaN);
    return Array.from({ length: vcpus }, (_, at) => at).filter((at) => at >= first && at <= last);
  };
  for (const part of parts.filter((entry) => !entry.startsWith('^'))) for (const at of each(part)) named.add(at);
  for (const part of parts.filter((entry) => entry.startsWith('^'))) {
    for (const at of each(part.slice(1))) named.delete(at);
  }
  return named.size;
}
