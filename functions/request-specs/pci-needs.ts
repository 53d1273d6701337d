import { ValueError } from '#errors';
import { isOfAlias } from '#conductor/pci-requests';
import { isStandardClass } from '#placement/extra-specs';
import type { JsonMap, WireObject } from '#ports/json';
import { fieldsOf, listOf, mapOf, numberOf, textOf } from '#wire/reading';
import type { NeededGroup } from './instance-needs.ts';

/** Beginnings of traits that need no `CUSTOM_` before them. */
const STANDARD_TRAIT = /^(?:COMPUTE|HW|MISC|OWNER|STORAGE)_/u;

/**
 * One group for each PCI device that an alias asks for, where Placement counts devices
 * (RequestSpec.generate_request_groups_from_pci_requests).
 *
 * @throws ValueError for a request that may be met in more than one way
 */
export const pciGroups = (requests: readonly WireObject[]): NeededGroup[] =>
  requests.filter(isOfAlias).flatMap((request) => {
    const { spec, request_id, count } = fieldsOf(request);
    const [wanted, ...others] = listOf(spec).map(mapOf);
    if (wanted === undefined || others.length > 0)
      throw new ValueError('PCI tracking in placement does not support multiple specs per PCI request');
    const requiredTraits = (textOf(wanted['traits']) ?? '').split(',').flatMap((name) => traitOf(name.trim()));
    return Array.from({ length: numberOf(count) ?? 0 }, (_, at) => ({
      requesterId: `${textOf(request_id) ?? ''}-${at}`,
      resources: { [classOf(wanted)]: 1 },
      requiredTraits: [...new Set(requiredTraits)],
      forbiddenTraits: [],
    }));
  });

function classOf({ resource_class, vendor_id, product_id }: JsonMap): string {
  const named = textOf(resource_class)?.toUpperCase();
  if (named === undefined) return `CUSTOM_PCI_${textOf(vendor_id) ?? ''}_${textOf(product_id) ?? ''}`.toUpperCase();
  const written = named.replaceAll(/[^A-Z0-9_]/gu, '_');
  return isStandardClass(written) || written.startsWith('CUSTOM_') ? written : `CUSTOM_${written}`;
}

function traitOf(name: string): string[] {
  const written = name.toUpperCase().replaceAll(/[^A-Z0-9_]/gu, '_');
  if (written === '') return [];
  return [STANDARD_TRAIT.test(written) || written.startsWith('CUSTOM_') ? written : `CUSTOM_${written}`];
}
