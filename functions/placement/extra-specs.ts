import type { Json } from '#ports/json';
import type { Resources } from '#ports/placement';
import { mapOf } from '#wire/reading';

/** What a flavor asks of one provider: amounts, and traits that the provider must have. */
export interface ResourceGroup {
  readonly resources: Resources;
  readonly requiredTraits: readonly string[];
}

/** The groups of a flavor's extra specs by their number, the unnumbered one under the empty text. */
export interface ExtraSpecs {
  readonly groups: ReadonlyMap<string, ResourceGroup>;
  /** One line for each entry that was meant as a request and skipped. */
  readonly warnings: readonly string[];
}

const KEY = /^(resources|trait)([1-9][0-9]*)?:(.+)$/u;
const AMOUNT = /^[0-9]+$/u;

/** The resource classes that need no `CUSTOM_` prefix. */
const STANDARD_CLASSES = new Set([
  'VCPU',
  'MEMORY_MB',
  'DISK_GB',
  'PCI_DEVICE',
  'SRIOV_NET_VF',
  'NUMA_SOCKET',
  'NUMA_CORE',
  'NUMA_THREAD',
  'NUMA_MEMORY_MB',
  'IPV4_ADDRESS',
  'VGPU',
  'VGPU_DISPLAY_HEAD',
  'NET_BW_EGR_KILOBIT_PER_SEC',
  'NET_BW_IGR_KILOBIT_PER_SEC',
  'PCPU',
  'MEM_ENCRYPTION_CONTEXT',
  'FPGA',
  'PGPU',
  'NET_PACKET_RATE_KILOPACKET_PER_SEC',
  'NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC',
  'NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC',
]);

/**
 * Reads `resources[N]:CLASS` and `trait[N]:NAME` entries (spec section 9.1).
 *
 * Amounts of 0 are kept: they take a class of the flavor away. Bad entries are skipped with a warning, other keys are
 * none of our business and skipped without.
 */
export function parseExtraSpecs(extraSpecs: Json | undefined): ExtraSpecs {
  const groups = new Map<string, { resources: Record<string, number>; requiredTraits: string[] }>();
  const warnings: string[] = [];
  for (const [key, value] of Object.entries(mapOf(extraSpecs))) {
    const [, kind, number = '', name = ''] = KEY.exec(key) ?? [];
    if (kind === undefined) {
      continue;
    }
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    const problem = kind === 'resources' ? resourceProblem(name, text) : traitProblem(text);
    if (problem !== undefined) {
      warnings.push(`extra spec ${key}=${text} skipped: ${problem}`);
      continue;
    }
    const group = groups.get(number) ?? { resources: {}, requiredTraits: [] };
    groups.set(number, group);
    if (kind === 'resources') {
      group.resources[name] = Number(text);
    } else {
      group.requiredTraits.push(name);
    }
  }
  return { groups, warnings };
}

function resourceProblem(name: string, amount: string): string | undefined {
  if (!STANDARD_CLASSES.has(name) && !name.startsWith('CUSTOM_')) {
    return 'no such resource class';
  }
  return AMOUNT.test(amount) ? undefined : 'the amount is not a whole number';
}

function traitProblem(value: string): string | undefined {
  return value === 'required' ? undefined : 'only "required" is known';
}
