import { describe, expect, it } from 'vitest';
import type { RequestContext } from '#ports/context';
import { METHODS, outcomeOf, type Listed, type Outcome } from './authority-calls.ts';
import { OWNERS, PROJECT } from './authority-world.ts';

/** A user of a project, in whose name an API service calls. */
const userOf = (project: string): RequestContext => ({
  request_id: 'req-1',
  user_id: 'u1',
  project_id: project,
  is_admin: false,
  read_deleted: 'no',
  timestamp: '',
});

/**
 * Methods that reach servers of the context's own project alone, as Nova's queries do; those
 * of all projects are API level.
 */
const OF_THE_PROJECT: ReadonlyMap<string, Outcome> = new Map([
  ['Instance.save', 'absent'],
  ['Instance.destroy', 'absent'],
  ['Instance.refresh', 'absent'],
  ['Instance.drop_migration_context', 'absent'],
  ['Instance.delete_metadata_key', 'absent'],
  ['Instance.get_by_uuid', 'absent'],
  ['InstanceList.get_by_host', 'nothing'],
  ['InstanceList.get_by_host_and_node', 'nothing'],
  ['InstanceList.get_by_host_and_not_type', 'nothing'],
  ['InstanceList.get_uuids_by_host', 'nothing'],
  ['InstanceList.get_uuids_by_host_and_node', 'nothing'],
  ['InstanceList.get_uuids_by_hosts', 'nothing'],
  ['InstanceList.get_by_filters', 'nothing'],
  ['Tag.create', 'absent'],
  ['Tag.destroy', 'absent'],
  ['TagList.create', 'absent'],
  ['TagList.destroy', 'absent'],
]);

/** Methods that a host may call and that end in another error here, by what they lack. */
const LACKING: ReadonlyMap<string, string> = new Map([
  ['ComputeNode.create', 'the node says nothing of its resources'],
  ['ComputeNode.get_by_service_id', 'the service of an old compute is not kept'],
  ['EC2Ids.get_by_instance', 'no server has an id of EC2'],
  ['Flavor.get_by_flavor_id', 'no flavor is in the list'],
  ['Flavor.get_by_name', 'no flavor is in the list'],
  ['InstanceGroup.get_by_name', 'no group is in the list of its project'],
  ['PciDevice.get_by_dev_addr', 'the node has no device'],
  ['PciDevice.save', 'the device is not whole'],
  ['TaskLog.end_task', 'the task has not begun'],
  ['VolumeUsage.save', 'the usage is not whole'],
  ['Service.create', 'its host has a service'],
]);

const ANYTHING_BUT_REFUSED: readonly Outcome[] = ['passes', 'nothing', 'absent', 'fails'];
/** Done, whatever it answers. */
const DONE: readonly Outcome[] = ['passes', 'nothing'];
/** Every host reads them of its whole cell. */
const FACTS: readonly Outcome[] = [...ANYTHING_BUT_REFUSED, 'shows'];

/** What a host gets that calls a method about another host's things, by the rule of the method. */
function ofOthers({ name, authority }: Listed): readonly Outcome[] {
  if (authority.rule === 'facts') return FACTS;
  if (NAME_NOTHING.has(name)) return ['passes'];
  return authority.rule === 'theirs' ? ['refused', 'nothing', 'absent'] : ['refused'];
}

/** Calls about a whole cell: one shows the caller its own alone, the other touches no token that is still good. */
const NAME_NOTHING: ReadonlySet<string> = new Set([
  'InstanceList.get_hung_in_rebooting',
  'ConsoleAuthToken.clean_expired_console_auths',
]);

/** What it gets about its own. */
function ofItsOwn({ name, authority }: Listed): readonly Outcome[] {
  if (authority.rule === 'api') return ['refused'];
  if (LACKING.has(name)) return ['absent', 'fails'];
  if (authority.rule === 'facts') return [...DONE, 'shows'];
  return authority.rule === 'theirs' ? ['passes'] : DONE;
}

/** What the API level gets about a server of another project than its context's. */
function ofAnotherProject({ name }: Listed): readonly Outcome[] {
  const bound = OF_THE_PROJECT.get(name);
  return bound === undefined ? ANYTHING_BUT_REFUSED : [bound];
}

type Column = readonly [
  who: string,
  call: (listed: Listed) => Promise<Outcome>,
  may: (listed: Listed) => readonly Outcome[],
];

/** Who calls about whose things, and what it gets. */
const COLUMNS: readonly Column[] = [
  ['a host about its own', (listed) => outcomeOf(listed, ['host1'], OWNERS.host1), ofItsOwn],
  ["a host about another host's", (listed) => outcomeOf(listed, ['host1'], OWNERS.host2), ofOthers],
  ['a bridge about a host that it does not stand for', (listed) => outcomeOf(listed, BRIDGE, OWNERS.host2), ofOthers],
  ['an API service about any', (listed) => outcomeOf(listed, undefined, OWNERS.host2), () => ANYTHING_BUT_REFUSED],
  [
    "an API service about its user's",
    (listed) => outcomeOf(listed, undefined, OWNERS.host1, userOf(PROJECT)),
    () => ANYTHING_BUT_REFUSED,
  ],
  [
    "an API service about another project's",
    (listed) => outcomeOf(listed, undefined, OWNERS.host1, userOf('p2')),
    ofAnotherProject,
  ],
];

/** More hosts than the condition of a write may name. */
const BRIDGE = ['host1', ...Array.from({ length: 40 }, (_, at) => `bridged${at}`)];

describe.each(COLUMNS)('%s', (_who, call, may) => {
  it.each(METHODS.map((listed) => [listed.name, listed.authority.rule, listed] as const))(
    'gets of %s what its rule says: %s',
    async (_name, _rule, listed) => {
      const outcome = await call(listed);

      expect(may(listed)).toContain(outcome);
    },
  );
});

describe('a server of the own project', () => {
  it.each([...OF_THE_PROJECT])('is reached by %s, which does not reach those of others', async (name) => {
    const [listed] = METHODS.filter((each) => each.name === name);

    const outcome = listed && (await outcomeOf(listed, undefined, OWNERS.host1, userOf(PROJECT)));

    expect([
      'passes',
      name === 'Tag.destroy' ? 'absent' : 'passes',
      name === 'TagList.create' ? 'nothing' : 'passes',
    ]).toContain(outcome);
  });
});

describe('the registry', () => {
  it('has a rule for every method, and no host writes what is the API level alone', () => {
    const unruled = METHODS.filter(({ authority }) => authority.rule === undefined);
    const open = METHODS.filter(({ kind, authority }) => kind === 'instance' && authority.rule === 'facts').map(
      ({ name }) => name,
    );

    expect(METHODS.length).toBeGreaterThan(190);
    expect(unruled).toEqual([]);
    expect(open).toEqual(['InstanceGroup.refresh', 'InstanceGroup.get_hosts']);
  });
});
