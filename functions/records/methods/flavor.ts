import * as v from 'valibot';
import { FlavorExists, FlavorIdExists, FlavorNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { Flavor, FlavorList } from '#objects/api/flavor';
import type { Attributes, Item } from '#ports/tables';
import { lookedUp } from '#records/lookup';
import { persistentFields } from '#records/create-record';
import { createNamed, deleteNamed, type UniqueName } from '#records/unique-names';
import { API, flavorKey } from '#records/keys';
import { flag, integer, optionalInteger, optionalText, optionalTexts, text, textsByName } from '#records/arguments';
import { API_ONLY, CELL_FACTS } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { newUuid } from '#records/new-uuid';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { plainText } from '#wire/reading';
import { attributesOf, loadObject, numberOf, refreshObject, textOf } from '#records/stored-object';
import { isBoundToProject } from '#records/visibility';
import { flavorItem, type FlavorItem } from '#records/items/flavor';
import { attributeNamed } from '#records/items/read';
import { changeRecord } from './change-record.ts';

/** Flavors belong to no project; this partition of the index by project lists them. */
const FLAVORS = 'flavors';

/** What a Flavor is loaded with: its projects only on request. */
const LOADED: readonly string[] = Flavor.fieldNames.filter((name) => name !== 'projects');

const flavorOf = (item: Item): AnyObject => loadObject(Flavor, { extra_specs: {}, ...item }, LOADED);

/** Public flavors, and those that the context's project may use. */
function isUsable(records: Records, item: Item): boolean {
  const project = records.context.project_id ?? '';
  const { is_public, projects } = flavorItem(item);
  return !isBoundToProject(records.context) || is_public || projects.includes(project);
}

const stored = (records: Records): Promise<Item[]> => lookedUp(records.tables, API, [FLAVORS], { index: 'by-project' });

const all = async (records: Records): Promise<Item[]> =>
  (await stored(records)).filter((item) => isUsable(records, item));

async function one(records: Records, matches: (flavor: FlavorItem) => boolean, name: string): Promise<AnyObject> {
  const item = (await all(records)).find((each) => matches(flavorItem(each)));
  if (item === undefined) throw new FlavorNotFound({ flavor_id: name });
  return flavorOf(item);
}

/**
 * The flavor of an id.
 *
 * @throws FlavorNotFound
 */
async function getFlavor(records: Records, id: number): Promise<AnyObject> {
  const item = await records.tables.get(API, flavorKey(id));
  if (item === undefined || !isUsable(records, item)) throw new FlavorNotFound({ flavor_id: id });
  return flavorOf(item);
}

/** What no two flavors have alike, in the order in which Nova's API looks at it. */
function namesOf(flavor: AnyObject): readonly UniqueName[] {
  const [name, flavor_id] = [textOf(flavor, 'name'), textOf(flavor, 'flavorid')];
  return [
    ...(flavor_id === undefined
      ? []
      : [{ kind: 'flavorid', name: flavor_id, taken: () => new FlavorIdExists({ flavor_id }) }]),
    ...(name === undefined ? [] : [{ kind: 'flavor', name, taken: () => new FlavorExists({ name }) }]),
  ];
}

const storedNames = (item: Item) =>
  [
    ['flavorid', flavorItem(item).flavorid],
    ['flavor', flavorItem(item).name],
  ] as const;

/**
 * A repeat of the message that made a flavor finds it.
 *
 * @throws FlavorIdExists, FlavorExists
 */
async function create(records: Records, flavor: AnyObject): Promise<null> {
  if (flavor.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const made_by = newUuid(records, 'flavor');
  const there = await stored(records);
  const made = there.find((each) => flavorItem(each).made_by === made_by);
  if (made !== undefined) {
    refreshObject(flavor, made);
    return null;
  }
  const names = namesOf(flavor);
  const taken = new Set(there.flatMap(storedNames).map(([kind, name]) => `${kind}#${name}`));
  for (const { kind, name, taken: refusal } of names) if (taken.has(`${kind}#${name}`)) throw refusal();
  const id = await records.counter.nextId(records.tables, API, 'flavors');
  const attributes = {
    disabled: false,
    is_public: true,
    swap: 0,
    rxtx_factor: 1,
    vcpu_weight: 0,
    description: null,
    extra_specs: {},
    projects: [],
    ...attributesOf(flavor, flavor.changes),
    ...persistentFields(records),
    id,
    made_by,
    by_project: FLAVORS,
    by_project_sort: `flavor#${id}`,
  };
  refreshObject(flavor, await createNamed(records, flavorKey(id), attributes, names));
  return null;
}

async function change(records: Records, flavor: AnyObject, set: (flavor: FlavorItem) => Attributes): Promise<null> {
  const id = numberOf(flavor, 'id') ?? 0;
  const missing = (): Error => new FlavorNotFound({ flavor_id: id });
  const record = { table: API, key: flavorKey(id), missing };
  const item = await changeRecord(records, record, (found) => set(flavorItem(found)));
  refreshObject(flavor, item, ['extra_specs', 'projects']);
  return null;
}

function changedProjects(flavor: FlavorItem, added: readonly string[], removed: readonly string[]): Attributes {
  return {
    projects: [...new Set([...flavor.projects, ...added])].filter((project) => !removed.includes(project)),
  };
}

function changedSpecs(
  flavor: FlavorItem,
  added: Readonly<Record<string, string | null>>,
  removed: readonly string[],
): Attributes {
  const left = Object.entries({ ...flavor.extra_specs, ...added }).filter(([name]) => !removed.includes(name));
  return { extra_specs: Object.fromEntries(left.map(([name, value]) => [name, plainText(value)])) };
}

export const flavor: RecordMethods = {
  instance: {
    create: instanceMethod({ schema: {}, authority: API_ONLY }, create),
    destroy: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const id = numberOf(object, 'id') ?? 0;
      if (!(await deleteNamed(records, flavorKey(id), storedNames))) throw new FlavorNotFound({ flavor_id: id });
      return null;
    }),
    save_projects: instanceMethod(
      { schema: { to_add: optionalTexts, to_delete: optionalTexts }, authority: API_ONLY },
      (records, object, { to_add, to_delete }) =>
        change(records, object, (item) => changedProjects(item, to_add ?? [], to_delete ?? [])),
    ),
    save_extra_specs: instanceMethod(
      { schema: { to_add: v.optional(v.nullable(textsByName), null), to_delete: optionalTexts }, authority: API_ONLY },
      (records, object, { to_add, to_delete }) =>
        change(records, object, (item) => changedSpecs(item, to_add ?? {}, to_delete ?? [])),
    ),
    add_access: instanceMethod(
      { schema: { project_id: text }, authority: API_ONLY },
      (records, object, { project_id }) => change(records, object, (item) => changedProjects(item, [project_id], [])),
    ),
    remove_access: instanceMethod(
      { schema: { project_id: text }, authority: API_ONLY },
      (records, object, { project_id }) => change(records, object, (item) => changedProjects(item, [], [project_id])),
    ),
    _load_projects: instanceMethod({ schema: {}, authority: API_ONLY }, async (records, object) => {
      const item = await records.tables.get(API, flavorKey(numberOf(object, 'id') ?? 0));
      object.assign('projects', item === undefined ? [] : flavorItem(item).projects);
      object.resetChanges(['projects']);
      return null;
    }),
  },
  class: {
    get_by_id: classMethod({ schema: { id: integer }, authority: CELL_FACTS }, (records, { id }) =>
      getFlavor(records, id),
    ),
    get_by_name: classMethod({ schema: { name: text }, authority: CELL_FACTS }, (records, { name }) =>
      one(records, (each) => each.name === name, name),
    ),
    get_by_flavor_id: classMethod({ schema: { flavor_id: text }, authority: CELL_FACTS }, (records, { flavor_id }) =>
      one(records, (each) => each.flavorid === flavor_id, flavor_id),
    ),
  },
};

const PAGE = {
  inactive: v.optional(flag, false),
  sort_key: v.optional(text, 'flavorid'),
  sort_dir: v.optional(text, 'asc'),
  limit: optionalInteger,
  marker: optionalText,
};

export const flavorList: RecordMethods = {
  class: {
    get_all: classMethod(
      { schema: PAGE, authority: CELL_FACTS },
      async (records, { inactive, sort_key: key, sort_dir, limit, marker }) => {
        const sign = sort_dir === 'desc' ? -1 : 1;
        const items = (await all(records)).filter((item) => inactive || !flavorItem(item).disabled);
        const sorted = items.toSorted((a, b) => {
          const [left, right] = [attributeNamed(a, key) ?? '', attributeNamed(b, key) ?? ''];
          return left === right ? 0 : (left < right ? -1 : 1) * sign;
        });
        const from = marker === null ? 0 : sorted.findIndex((item) => flavorItem(item).flavorid === marker) + 1;
        const page = sorted.slice(from, limit === null ? undefined : from + limit);
        return FlavorList.load({
          objects: page.map((item) => loadObject(Flavor, { extra_specs: {}, ...item }, LOADED)),
        });
      },
    ),
  },
};
