import type { Allocations, Provider, ResourceRequest, Resources } from '#ports/placement';
import { mergeResources } from './resources.ts';
import { fitsUnits } from './units.ts';

/** A provider of a tree with what is left on it. */
export interface TreeProvider {
  readonly uuid: string;
  /** Null for the root. */
  readonly parent: string | null;
  readonly inventories: Provider['inventories'];
  readonly free: Resources;
  readonly traits: readonly string[];
}

/** A compute node's provider and those below it, the root first. */
export type ProviderTree = readonly TreeProvider[];

/** How a tree meets a request: what is claimed, and which provider meets which group. */
export interface Fitting {
  readonly allocations: Allocations;
  /** Providers by suffix of the group, the unsuffixed one under the empty text. */
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}

/** Whether a tree meets a request, and if not, why. */
export type Fit =
  | { readonly fits: true; readonly fitting: Fitting }
  | { readonly fits: false; readonly reason: string };

/** Choices that are looked at for one tree before it counts as one that does not fit. */
const MOST_CHOICES = 10_000;

/** A group, or one class of the unsuffixed group, that one provider has to meet. */
interface Need {
  readonly suffix: string;
  readonly resources: Resources;
  /** Traits of the provider itself; those required of the unsuffixed group may be spread. */
  readonly required: readonly string[];
  readonly forbidden: readonly string[];
}

/** Providers chosen so far, by need, and what they have left. */
interface Choice {
  readonly chosen: readonly { readonly need: Need; readonly provider: TreeProvider }[];
  readonly taken: Allocations;
}

/**
 * Chooses providers of a tree for a request, as Placement's allocation candidates do: each suffixed
 * group from one provider, each class of the unsuffixed group from any, traits of the unsuffixed group
 * from those chosen for it together.
 */
export function fit(tree: ProviderTree, request: ResourceRequest): Fit {
  const problem = treeProblem(tree, request);
  if (problem !== undefined) return { fits: false, reason: problem };
  const needs = needsOf(request);
  const options = needs.map((need) => tree.filter((provider) => meets(provider, need)));
  const unmet = options.findIndex((providers) => providers.length === 0);
  const first = needs[unmet];
  if (first !== undefined) return { fits: false, reason: problemOf(tree, first) };
  const search = { left: MOST_CHOICES };
  const choice = choose({ chosen: [], taken: {} }, needs, options, { tree, request, search });
  return choice === undefined
    ? { fits: false, reason: 'no choice of providers meets all groups together' }
    : { fits: true, fitting: fittingOf(choice) };
}

interface Search {
  readonly tree: ProviderTree;
  readonly request: ResourceRequest;
  readonly search: { left: number };
}

function choose(
  choice: Choice,
  needs: readonly Need[],
  options: readonly (readonly TreeProvider[])[],
  around: Search,
): Choice | undefined {
  const at = choice.chosen.length;
  const need = needs[at];
  if (need === undefined) return isWhole(choice, around) ? choice : undefined;
  for (const provider of options[at] ?? []) {
    around.search.left -= 1;
    if (around.search.left < 0) return undefined;
    const amounts = mergeResources(choice.taken[provider.uuid] ?? {}, need.resources);
    if (!hasRoom(provider, amounts) || !mayShare(choice, need, provider, around.request)) continue;
    const taken =
      Object.keys(need.resources).length === 0 ? choice.taken : { ...choice.taken, [provider.uuid]: amounts };
    const found = choose({ chosen: [...choice.chosen, { need, provider }], taken }, needs, options, around);
    if (found !== undefined) return found;
  }
  return undefined;
}

function needsOf({ groups }: ResourceRequest): Need[] {
  return [...groups].flatMap(([suffix, group]): Need[] => {
    const { resources, requiredTraits: required, forbiddenTraits: forbidden } = group;
    if (suffix !== '') return [{ suffix, resources, required, forbidden }];
    return Object.entries(resources).map(([name, amount]) => ({
      suffix,
      resources: { [name]: amount },
      required: [],
      forbidden,
    }));
  });
}

const hasTrait = ({ traits }: TreeProvider, trait: string): boolean => traits.includes(trait);

const meets = (provider: TreeProvider, { resources, required, forbidden }: Need): boolean =>
  hasRoom(provider, resources) &&
  required.every((trait) => hasTrait(provider, trait)) &&
  !forbidden.some((trait) => hasTrait(provider, trait));

const hasRoom = ({ inventories, free }: TreeProvider, amounts: Resources): boolean =>
  Object.entries(amounts).every(([name, amount]) => {
    const inventory = inventories[name];
    return inventory !== undefined && (free[name] ?? 0) >= amount && fitsUnits(inventory, amount);
  });

/** Under `isolate` no two suffixed groups with resources share a provider. */
function mayShare({ chosen }: Choice, need: Need, provider: TreeProvider, { groupPolicy }: ResourceRequest): boolean {
  const isolated = ({ suffix, resources }: Need): boolean => suffix !== '' && Object.keys(resources).length > 0;
  if (groupPolicy !== 'isolate' || !isolated(need)) return true;
  return !chosen.some((other) => isolated(other.need) && other.provider.uuid === provider.uuid);
}

/** What must hold of all choices together: traits of the unsuffixed group, and common subtrees. */
function isWhole({ chosen }: Choice, { tree, request }: Search): boolean {
  const of = (suffix: string): TreeProvider[] =>
    chosen.filter(({ need }) => need.suffix === suffix).map(({ provider }) => provider);
  const spread = of('');
  const required = request.groups.get('')?.requiredTraits ?? [];
  const root = tree.slice(0, 1);
  const offering = spread.length > 0 ? spread : root;
  return (
    required.every((trait) => offering.some((provider) => hasTrait(provider, trait))) &&
    request.sameSubtree.every((suffixes) => {
      const providers = suffixes.flatMap(of);
      return providers.some((top) => providers.every((provider) => isBelow(tree, provider, top.uuid)));
    })
  );
}

function isBelow(tree: ProviderTree, provider: TreeProvider, top: string): boolean {
  if (provider.uuid === top) return true;
  const parent = tree.find(({ uuid }) => uuid === provider.parent);
  return parent !== undefined && isBelow(tree, parent, top);
}

/** What keeps a tree out before any choice is made. */
function treeProblem(tree: ProviderTree, request: ResourceRequest): string | undefined {
  const root = tree[0];
  if (root === undefined) return 'no provider';
  if (request.groups.size === 0) return 'nothing is asked for';
  const suffixed = [...request.groups.keys()].filter((suffix) => suffix !== '').length;
  if (suffixed > 1 && request.groupPolicy === undefined) return 'several groups, and no group_policy';
  const nowhere = request.groups
    .get('')
    ?.requiredTraits.find((trait) => !tree.some((provider) => hasTrait(provider, trait)));
  if (nowhere !== undefined) return `trait ${nowhere} is not offered`;
  const missing = request.rootRequired.find((trait) => !hasTrait(root, trait));
  if (missing !== undefined) return `the root has no trait ${missing}`;
  const odd = request.rootForbidden.find((trait) => hasTrait(root, trait));
  return odd === undefined ? undefined : `the root has the trait ${odd}`;
}

/** Why no provider of a tree meets a need, in the words of what comes closest. */
function problemOf(tree: ProviderTree, { suffix, resources, required, forbidden }: Need): string {
  const group = suffix === '' ? '' : ` for group ${suffix}`;
  const roomy = tree.filter((provider) => hasRoom(provider, resources));
  if (roomy.length === 0) {
    const lacking = Object.entries(resources).find(
      ([name, amount]) => !tree.some((each) => hasRoom(each, { [name]: amount })),
    );
    return `not enough ${lacking?.[0] ?? 'room'}${group}`;
  }
  const missing = required.find((trait) => !roomy.some((provider) => hasTrait(provider, trait)));
  return missing === undefined
    ? `the traits ${[...required, ...forbidden.map((trait) => `!${trait}`)].join(', ')} are not met${group}`
    : `trait ${missing} is not offered${group}`;
}

function fittingOf({ chosen, taken }: Choice): Fitting {
  const mappings = new Map<string, readonly string[]>();
  for (const { need, provider } of chosen) {
    // A group of traits alone claims nothing, and is nobody's to map.
    if (Object.keys(need.resources).length === 0) continue;
    const known = mappings.get(need.suffix) ?? [];
    mappings.set(need.suffix, known.includes(provider.uuid) ? known : [...known, provider.uuid]);
  }
  return { allocations: taken, mappings: Object.fromEntries(mappings) };
}
