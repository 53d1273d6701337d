import { RequestGroupSuffixConflict } from '#errors';
import type { JsonMap } from '#ports/json';
import type { RequestedGroup, ResourceRequest, Resources } from '#ports/placement';
import { fieldsOf, listOf, mapOf, numbersOf, textOf, textsOf, wholeNumber } from '#wire/reading';
import { parseExtraSpecs } from './extra-specs.ts';
import { dedicatedProcessors, translatedNeeds, type TranslatedNeeds } from './flavor-needs.ts';

const MB_PER_GB = 1024;

const NOTHING: RequestedGroup = { resources: {}, requiredTraits: [], forbiddenTraits: [] };

/** Amounts that a flavor's own fields ask for. `flavor` is the data of a Flavor on the wire. */
function plainAmounts(flavor: JsonMap, volumeBacked: boolean): Record<string, number> {
  const amount = (name: string): number => wholeNumber(flavor[name]);
  const disk = (volumeBacked ? 0 : amount('root_gb')) + amount('ephemeral_gb');
  return {
    VCPU: amount('vcpus'),
    MEMORY_MB: amount('memory_mb'),
    DISK_GB: Math.ceil((MB_PER_GB * disk + amount('swap')) / MB_PER_GB),
  };
}

const withoutZeros = (resources: Resources): Resources =>
  Object.fromEntries(Object.entries(resources).filter(([, amount]) => amount !== 0));

/**
 * What a request asks for (nova.scheduler.utils.ResourceRequest). `spec` is the data of a RequestSpec on the wire: the
 * unsuffixed group has the amounts of the flavor, of classes that no group names, and what flavor and image say
 * besides; further groups come from extra specs, ports and devices.
 *
 * With dedicated processors there is a second request, for hosts that count them as
 * others: the first is without `plain`.
 *
 * @throws RequestGroupSuffixConflict when two groups have one suffix
 */
export function resourceRequest(spec: JsonMap, { plain = false }: { readonly plain?: boolean } = {}): ResourceRequest {
  const flavor = fieldsOf(spec['flavor']);
  const properties = {
    extraSpecs: mapOf(flavor['extra_specs']),
    image: fieldsOf(fieldsOf(spec['image'])['properties']),
  };
  const { groups: named, groupPolicy } = parseExtraSpecs(flavor['extra_specs']);
  const groups = new Map(named);
  const fromFlavor = [...groups].filter(([suffix, group]) => suffix !== '' && asksSomething(group)).length;
  for (const [suffix, group] of deviceGroups(spec)) {
    if (groups.has(suffix)) throw new RequestGroupSuffixConflict({ suffix });
    groups.set(suffix, group);
  }
  const pinned = plain ? undefined : dedicatedProcessors(wholeNumber(flavor['vcpus']), properties);
  const unsuffixed = unsuffixedGroup(groups, [translatedNeeds(properties), ...(pinned ? [pinned] : [])], {
    ...plainAmounts(flavor, spec['is_bfv'] === true),
    ...pinned?.resources,
  });
  const answer = [['', unsuffixed] as const, ...[...groups].filter(([suffix]) => suffix !== '')]
    .map(([suffix, group]) => [suffix, { ...group, resources: withoutZeros(group.resources) }] as const)
    .filter(([, group]) => asksSomething(group));
  const {
    root_required: required,
    root_forbidden: forbidden,
    same_subtree: together,
  } = fieldsOf(spec['request_level_params']);
  return {
    groups: new Map(answer),
    groupPolicy: groupPolicy ?? (fromFlavor <= 1 ? 'none' : undefined),
    rootRequired: textsOf(required),
    rootForbidden: textsOf(forbidden),
    sameSubtree: listOf(together).map(textsOf),
  };
}

const asksSomething = ({ resources, requiredTraits, forbiddenTraits }: RequestedGroup): boolean =>
  Object.values(resources).some((amount) => amount !== 0) || requiredTraits.length > 0 || forbiddenTraits.length > 0;

/** Whether a request can be asked a second time with processors that are not dedicated. */
export function asksDedicatedProcessors(spec: JsonMap): boolean {
  const asked = [resourceRequest(spec), resourceRequest(spec, { plain: true })];
  const [pinned = 0, shared = 0] = asked.map(({ groups }) => {
    const resources = groups.get('')?.resources ?? {};
    return resources['PCPU'] ?? 0;
  });
  return pinned !== shared;
}

function unsuffixedGroup(
  groups: ReadonlyMap<string, RequestedGroup>,
  needs: readonly TranslatedNeeds[],
  amounts: Readonly<Record<string, number>>,
): RequestedGroup {
  const mentioned = new Set([...groups.values()].flatMap(({ resources }) => Object.keys(resources)));
  // Processors are named as shared or as dedicated ones: a flavor that names some asks for no others by its own count.
  if (mentioned.has('PCPU') && !('PCPU' in amounts)) mentioned.add('VCPU');
  const own = Object.entries(amounts).filter(([name]) => !mentioned.has(name));
  const translated = Object.entries(needs[0]?.resources ?? {}).filter(([name]) => !mentioned.has(name));
  const { resources, requiredTraits, forbiddenTraits } = groups.get('') ?? NOTHING;
  return {
    resources: { ...Object.fromEntries([...own, ...translated]), ...resources },
    requiredTraits: [...new Set([...requiredTraits, ...needs.flatMap((each) => each.requiredTraits)])],
    forbiddenTraits: [...new Set([...forbiddenTraits, ...needs.flatMap((each) => each.forbiddenTraits)])],
  };
}

/** Groups of ports and devices, by their requester ids; one without is named by its place. */
function deviceGroups(spec: JsonMap): [string, RequestedGroup][] {
  return listOf(spec['requested_resources'])
    .map(fieldsOf)
    .map(({ requester_id: requester, resources, required_traits: required, forbidden_traits: forbidden }, at) => [
      textOf(requester) ?? `device${at}`,
      { resources: numbersOf(resources), requiredTraits: textsOf(required), forbiddenTraits: textsOf(forbidden) },
    ]);
}
