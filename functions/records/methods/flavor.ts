import { FlavorNotFound, ObjectActionError } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { Flavor, FlavorList } from '#objects/api/flavor';
import { isMap } from '#objects/versioned/primitive';
import { exists } from '#ports/conditions';
import { ConditionFailed, type Attributes, type Item } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { createRecord, newborn } from '#records/create-record';
import { API, flavorKey } from '#records/keys';
import type { RecordMethods, Records } from '#records/method';
import { plainText } from '#wire/reading';
import { present } from '#records/stamp';
import { attributesOf, loadObject, numberOf, refreshObject } from '#records/stored-object';
import { isBoundToProject } from '#records/visibility';

/** Flavors belong to no project; this partition of the index by project lists them. */
const FLAVORS = 'flavors';

/** What a Flavor is loaded with: its projects only on request. */
const LOADED: readonly string[] = Flavor.fieldNames.filter((name) => name !== 'projects');

const flavorOf = (item: Item): AnyObject => loadObject(Flavor, { extra_specs: {}, ...item }, LOADED);

const projectsOf = (item: Item): string[] => (Array.isArray(item['projects']) ? item['projects'].map(String) : []);

/** Public flavors, and those that the context's project may use. */
function isUsable(records: Records, item: Item): boolean {
  const project = records.context.project_id ?? '';
  return !isBoundToProject(records.context) || item['is_public'] === true || projectsOf(item).includes(project);
}

async function all(records: Records): Promise<Item[]> {
  const items = await allPages(records.tables, API, { index: 'by-project', partition: FLAVORS });
  return items.filter((item) => isUsable(records, item));
}

async function one(records: Records, matches: (item: Item) => boolean, name: string): Promise<AnyObject> {
  const item = (await all(records)).find(matches);
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

async function create(records: Records, flavor: AnyObject): Promise<null> {
  if (flavor.isSet('id')) throw new ObjectActionError({ action: 'create', reason: 'already created' });
  const id = await records.counter.nextId(records.tables, API, 'flavors');
  const attributes: Attributes = {
    disabled: false,
    is_public: true,
    swap: 0,
    rxtx_factor: 1,
    vcpu_weight: 0,
    description: null,
    extra_specs: {},
    projects: [],
    ...attributesOf(flavor, flavor.changes),
    ...newborn(records),
    id,
    by_project: FLAVORS,
    by_project_sort: `flavor#${id}`,
  };
  const item = await createRecord(records, API, flavorKey(id), attributes, () => {
    return new ObjectActionError({ action: 'create', reason: 'already created' });
  });
  refreshObject(flavor, item);
  return null;
}

async function change(records: Records, flavor: AnyObject, set: (item: Item) => Attributes): Promise<null> {
  const id = numberOf(flavor, 'id') ?? 0;
  const found = await records.tables.get(API, flavorKey(id));
  if (found === undefined) throw new FlavorNotFound({ flavor_id: id });
  try {
    const update = { set: { ...set(found), updated_at: present(records) } };
    const { item } = await records.tables.update(API, flavorKey(id), update, exists);
    refreshObject(flavor, item, ['extra_specs', 'projects']);
    return null;
  } catch (error) {
    throw error instanceof ConditionFailed ? new FlavorNotFound({ flavor_id: id }) : error;
  }
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

function changedProjects(item: Item, added: unknown, removed: unknown): Attributes {
  const gone = texts(removed);
  return {
    projects: [...new Set([...projectsOf(item), ...texts(added)])].filter((project) => !gone.includes(project)),
  };
}

function changedSpecs(item: Item, added: unknown, removed: unknown): Attributes {
  const specs: Record<string, string> = {};
  const given = { ...(isMap(item['extra_specs']) ? item['extra_specs'] : {}), ...(isMap(added) ? added : {}) };
  const gone = texts(removed);
  for (const [name, value] of Object.entries(given)) if (!gone.includes(name)) specs[name] = String(value);
  return { extra_specs: specs };
}

export const flavor: RecordMethods = {
  instance: {
    create,
    destroy: async (records, object) => {
      const id = numberOf(object, 'id') ?? 0;
      if ((await records.tables.delete(API, flavorKey(id))) === undefined) throw new FlavorNotFound({ flavor_id: id });
      return null;
    },
    save_projects: (records, object, args) =>
      change(records, object, (item) => changedProjects(item, args['to_add'], args['to_delete'])),
    save_extra_specs: (records, object, args) =>
      change(records, object, (item) => changedSpecs(item, args['to_add'], args['to_delete'])),
    add_access: (records, object, args) =>
      change(records, object, (item) => changedProjects(item, [args['project_id']], [])),
    remove_access: (records, object, args) =>
      change(records, object, (item) => changedProjects(item, [], [args['project_id']])),
    _load_projects: async (records, object) => {
      const item = await records.tables.get(API, flavorKey(numberOf(object, 'id') ?? 0));
      object.assign('projects', item === undefined ? [] : projectsOf(item));
      object.resetChanges(['projects']);
      return null;
    },
  },
  class: {
    get_by_id: (records, args) => getFlavor(records, Number(args['id'])),
    get_by_name: (records, args) => one(records, (item) => item['name'] === args['name'], String(args['name'])),
    get_by_flavor_id: (records, args) =>
      one(records, (item) => item['flavorid'] === args['flavor_id'], String(args['flavor_id'])),
  },
};

export const flavorList: RecordMethods = {
  class: {
    get_all: async (records, args) => {
      const key = plainText(args['sort_key']) || 'flavorid';
      const sign = args['sort_dir'] === 'desc' ? -1 : 1;
      const items = (await all(records)).filter((item) => args['inactive'] === true || item['disabled'] !== true);
      const sorted = items.toSorted((a, b) => {
        const [left, right] = [a[key] ?? '', b[key] ?? ''];
        return left === right ? 0 : (left < right ? -1 : 1) * sign;
      });
      const from =
        typeof args['marker'] === 'string' ? sorted.findIndex((item) => item['flavorid'] === args['marker']) + 1 : 0;
      const page = sorted.slice(from, typeof args['limit'] === 'number' ? from + args['limit'] : undefined);
      return FlavorList.load({ objects: page.map((item) => loadObject(Flavor, { extra_specs: {}, ...item }, LOADED)) });
    },
  },
};
