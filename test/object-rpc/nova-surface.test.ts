import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { peerOrders } from '#conductor/peer-orders';
import { registry } from '#objects/registry';
import { compareVersions } from '#objects/versioned/version';
import { conductorBase } from '#object-rpc/base-namespace';
import { everyMethod } from '#object-rpc/registry';
import type { Json } from '#ports/json';
import { computeTask } from '#task-rpc/methods/list';
import { mapOf, textOf } from '#wire/reading';

/* What computes of Nova can ask, as nova-surface.py reads it from an installed release, is served. */

const FILE = new URL('nova-surface.json', import.meta.url);
const SURFACES: Json = JSON.parse(readFileSync(FILE, 'utf8'));
const served = await everyMethod();

/** What stands in the sources of computes, and no nova-compute calls. */
const OF_OTHER_PROCESSES: ReadonlyMap<string, string> = new Map([
  ['Flavor.create', 'computes make flavors that they do not store'],
  ['Flavor.destroy', 'the same'],
  ['Flavor.add_access', 'the same'],
  ['Flavor.remove_access', 'the same'],
  ['Flavor.save_projects', 'the same'],
  ['Flavor.save_extra_specs', 'the same'],
  ['Flavor._load_projects', 'the same'],
  ['InstanceList.get_all', 'nova-manage, for machine types'],
  ['InstanceNUMATopology.create', 'hardware.py fits topologies that it does not store'],
  ['Quotas.check_deltas', 'check_num_instances_quota, of the API and the conductor'],
  ['RequestSpec.create', 'computes make request specs that they do not store'],
  ['RequestSpec.destroy', 'the same'],
  ['RequestSpec.save', 'the same'],
]);

/** What the conductor manager does for its own process. */
const NOT_BY_MESSAGE: readonly string[] = ['graceful_shutdown', 'reset'];

/** A question of the client about versions, not of another host. */
const NOT_AN_ORDER = 'supports_numa_live_migration';

const names = (value: Json | undefined): readonly string[] =>
  (Array.isArray(value) ? value : []).flatMap((each) => textOf(each) ?? []);

describe.each(Object.entries(mapOf(SURFACES)))('nova %s', (_release, read) => {
  const { remotable, versions, named, base, tasks, peers } = mapOf(read);

  it('has no type that is newer than ours, and none that we do not read', () => {
    const odd = Object.entries(mapOf(versions)).filter(([name, version]) => {
      const ours = registry.get(name)?.version;
      return ours === undefined || compareVersions(ours, textOf(version) ?? '') < 0;
    });

    expect(odd).toEqual([]);
  });

  it('has no remotable method that is unknown, or known as one of another kind', () => {
    const odd = Object.entries(mapOf(remotable)).filter(([method, kind]) => {
      const [type = '', name = ''] = method.split('.');
      return registry.get(type)?.remotable[name]?.kind !== kind;
    });

    expect(odd).toEqual([]);
  });

  it('names no method in the code of computes that hosts may not call', () => {
    const refused = names(named).filter((method) => {
      const [type = '', name = ''] = method.split('.');
      const { instance = {}, class: ofClass = {} } = served.get(type) ?? {};
      const rule = (instance[name] ?? ofClass[name])?.authority.rule;
      return (rule === undefined || rule === 'api') && !OF_OTHER_PROCESSES.has(method);
    });

    expect(refused).toEqual([]);
  });

  it('has no method of the conductor that is not served', () => {
    const ours = [...conductorBase.flatMap(({ methods }) => Object.keys(methods)), ...Object.keys(computeTask.methods)];
    const theirs = [...names(base), ...names(tasks)].filter((name) => !NOT_BY_MESSAGE.includes(name));

    expect(theirs.filter((name) => !ours.includes(name))).toEqual([]);
  });

  it('has computes order each other nothing that a host may not order', () => {
    const orders = names(peers).filter((name) => name !== NOT_AN_ORDER);

    expect(orders.filter((name) => !peerOrders.includes(name))).toEqual([]);
  });
});
