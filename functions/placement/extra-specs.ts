import type { Json } from '#ports/json';
import type { RequestedGroup, ResourceRequest } from '#ports/placement';
import { mapOf } from '#wire/reading';

/** What a flavor's extra specs ask for. */
export interface ExtraSpecs {
  /** By suffix, the unsuffixed group under the empty text; amounts of 0 take a class of the flavor away. */
  readonly groups: ReadonlyMap<string, RequestedGroup>;
  readonly groupPolicy: ResourceRequest['groupPolicy'];
  /** One line for each entry that was meant as a request and skipped. */
  readonly warnings: readonly string[];
}

/** A suffix is 1 to 64 letters, digits, `_` and `-`, and is the name of its group. */
const KEY = /^(resources|trait)([\w-]{1,64})?:(.+)$/u;
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

/** Whether a resource class is one that every Placement knows. */
export const isStandardClass = (name: string): boolean => STANDARD_CLASSES.has(name);

interface Draft {
  readonly resources: Record<string, number>;
  readonly requiredTraits: string[];
  readonly forbiddenTraits: string[];
}

/**
 * Reads `resources[S]:CLASS`, `trait[S]:NAME` and `group_policy` entries (nova.scheduler.utils `ResourceRequest`).
 *
 * Bad entries are skipped with a warning, other keys are none of our business and skipped without.
 */
export function parseExtraSpecs(extraSpecs: Json | undefined): ExtraSpecs {
  const groups = new Map<string, Draft>();
  const warnings: string[] = [];
  let groupPolicy: ExtraSpecs['groupPolicy'];
  for (const [key, value] of Object.entries(mapOf(extraSpecs))) {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    const [, kind, suffix = '', name = ''] = KEY.exec(key) ?? [];
    const problem = problemOf(kind ?? key, name, text);
    if (problem !== undefined) {
      warnings.push(`extra spec ${key}=${text} skipped: ${problem}`);
      continue;
    }
    if (key === 'group_policy') groupPolicy = text === 'isolate' ? 'isolate' : 'none';
    if (kind === undefined) continue;
    const group = groups.get(suffix) ?? { resources: {}, requiredTraits: [], forbiddenTraits: [] };
    groups.set(suffix, group);
    if (kind === 'resources') group.resources[name] = Number(text);
    else (text === 'required' ? group.requiredTraits : group.forbiddenTraits).push(name);
  }
  return { groups, groupPolicy, warnings };
}

/** What is wrong with an entry; undefined where nothing is, or where the key is of something else. */
function problemOf(kind: string, name: string, value: string): string | undefined {
  if (kind === 'group_policy') {
    return value === 'none' || value === 'isolate' ? undefined : 'only "none" and "isolate" are known';
  }
  if (kind === 'trait') {
    return value === 'required' || value === 'forbidden' ? undefined : 'only "required" and "forbidden" are known';
  }
  if (kind !== 'resources') return undefined;
  if (!STANDARD_CLASSES.has(name) && !name.startsWith('CUSTOM_')) return 'no such resource class';
  return AMOUNT.test(value) ? undefined : 'the amount is not a whole number';
}
