import { absent } from '#ports/conditions';
import { ConditionFailed, type Key, type Tables } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { PLACEMENT } from '#records/keys';
import { answered, done, mustBeFew, Refused } from './answer.ts';
import type { Serve } from './call.ts';

/** Custom resource classes and custom traits: names that computes make. */
type Kind = 'resource_classes' | 'traits';

/** Classes that every Placement knows. */
const STANDARD_CLASSES: ReadonlySet<string> = new Set(
  `VCPU PCPU MEMORY_MB DISK_GB PCI_DEVICE SRIOV_NET_VF VGPU VGPU_DISPLAY_HEAD PGPU FPGA NUMA_SOCKET NUMA_CORE
  NUMA_THREAD NUMA_MEMORY_MB IPV4_ADDRESS MEM_ENCRYPTION_CONTEXT NET_BW_EGR_KILOBIT_PER_SEC NET_BW_IGR_KILOBIT_PER_SEC
  NET_PACKET_RATE_KILOPACKET_PER_SEC NET_PACKET_RATE_EGR_KILOPACKET_PER_SEC NET_PACKET_RATE_IGR_KILOPACKET_PER_SEC`.split(
    /\s+/u,
  ),
);

const CUSTOM = /^CUSTOM_[A-Z0-9_]{1,248}$/u;

/**
 * Beginnings of standard traits. Which of them exist is a matter of a release of os-traits: each is taken for known.
 */
const STANDARD_TRAIT = /^(?:COMPUTE|HW|MISC|OWNER|STORAGE)_[A-Z0-9_]+$/u;

const keyOf = (kind: Kind, name: string): Key => ({ pk: kind, sk: name });

const isStored = async (tables: Tables, kind: Kind, name: string): Promise<boolean> =>
  CUSTOM.test(name) && (await tables.get(PLACEMENT, keyOf(kind, name))) !== undefined;

/** Whether a resource class exists. */
export const isKnownClass = async (tables: Tables, name: string): Promise<boolean> =>
  STANDARD_CLASSES.has(name) || (await isStored(tables, 'resource_classes', name));

/** Those traits of a list that do not exist. */
export async function unknownTraits(tables: Tables, names: readonly string[]): Promise<string[]> {
  mustBeFew(names);
  const custom = names.filter((name) => !STANDARD_TRAIT.test(name));
  const known = await Promise.all(custom.map((name) => isStored(tables, 'traits', name)));
  return custom.filter((_, at) => known[at] !== true);
}

/** Makes a custom name; 204 when it is there. */
const put =
  (kind: Kind): Serve =>
  async ({ tables }, { id }) => {
    if (!CUSTOM.test(id)) throw new Refused(400, `The name ${id} does not begin with CUSTOM_, in capitals`);
    const headers = { location: `/${kind}/${id}` };
    try {
      await tables.put(PLACEMENT, { ...keyOf(kind, id) }, absent);
      return done(201, headers);
    } catch (error) {
      if (error instanceof ConditionFailed) return done(204, headers);
      throw error;
    }
  };

async function stored(tables: Tables, kind: Kind): Promise<string[]> {
  const items = await allPages(tables, PLACEMENT, { partition: kind });
  return items.map(({ sk }) => sk);
}

export const putClass = put('resource_classes');
export const putTrait = put('traits');

/** Lists the resource classes. */
export const getClasses: Serve = async ({ tables }) => {
  const names = [...STANDARD_CLASSES, ...(await stored(tables, 'resource_classes'))];
  return answered({
    resource_classes: names.map((name) => ({ name, links: [{ rel: 'self', href: `/resource_classes/${name}` }] })),
  });
};

/** Shows one resource class. */
export const getClass: Serve = async ({ tables }, { id }) => {
  if (!(await isKnownClass(tables, id))) throw new Refused(404, `No such resource class ${id}`);
  return answered({ name: id, links: [{ rel: 'self', href: `/resource_classes/${id}` }] });
};

/** Lists traits: of `name=in:A,B` those that exist, of `name=startswith:X` and without a name the custom ones. */
export const getTraits: Serve = async ({ tables }, { query }) => {
  const name = query.get('name') ?? 'startswith:';
  if (name.startsWith('in:')) {
    const asked = name.slice('in:'.length).split(',');
    const unknown = new Set(await unknownTraits(tables, asked));
    return answered({ traits: asked.filter((each) => !unknown.has(each)) });
  }
  if (!name.startsWith('startswith:'))
    throw new Refused(
      400,
      'Badly formatted name parameter. Expected name query string parameter in form: ?name=[in|startswith]:[name1,name2|prefix].',
    );
  const beginning = name.slice('startswith:'.length);
  const custom = await stored(tables, 'traits');
  return answered({ traits: custom.filter((each) => each.startsWith(beginning)) });
};

/** Answers whether a trait exists. */
export const getTrait: Serve = async ({ tables }, { id }) => {
  if ((await unknownTraits(tables, [id])).length > 0) throw new Refused(404, `No such trait(s): ${id}.`);
  return done();
};
