import { describe, expect, it } from 'vitest';
import { API, quotaKey } from '#records/keys';
import { ServiceNotReached, UsagesRetrievalFailed } from '#errors';
import type { Configuration } from '#ports/configuration';
import type { Resources } from '#ports/placement';
import type { CloudQuota } from '#ports/cloud-quota';
import type { Services } from '#ports/services';
import { setFields } from '#wire/wire';
import { readProvider } from '#placement/provider-item';
import { fieldsOf, wireOf } from '#wire/reading';
import type { JsonMap, WireObject } from '#ports/json';
import { BuildWorld } from '../../fixtures/build-world.ts';
import { afterBuild } from '../../fixtures/host-scripts.ts';
import { leftOver } from '../../fixtures/ledger.ts';
import { output, shelved, unshelve } from '../../fixtures/shelved-server.ts';

/** What a project counts, by the name of what is counted. */
const usageOf = (world: BuildWorld, project: string) => world.items(API).find(({ pk }) => pk === quotaKey(project).pk);

describe('the quota of a server that an administrator of another project asks for', () => {
  it('is that of the project of the server (QREC-01)', async () => {
    const config = { quota: { instances: 1, cores: 100, ram: 100_000 } };
    const world = await BuildWorld.boot({ config, scheduler: () => [['host1']] });
    await world.build();
    const command = world.request();
    const context = { ...command.context, project_id: 'q', user_id: 'administrator', is_admin: true };

    const { uuids } = await world.build({ ...command, context });

    expect(uuids.map((uuid) => world.server(uuid).item['vm_state'])).toEqual(['error']);
    expect(usageOf(world, 'p')).toMatchObject({ instances: 2 });
    expect(usageOf(world, 'q')).toBeUndefined();
    expect(await leftOver(world)).toEqual([]);
  });
});

describe('the quota of a server that is unshelved', () => {
  it('is not looked at, since the server counts while it is shelved (QREC-02)', async () => {
    const at = await shelved({ offloaded: true }, { scheduler: afterBuild(() => [['host2']]) });
    const { tables } = at.world.platform;
    await tables.update(API, { pk: quotaKey('p').pk, sk: 'limits' }, { set: { instances: 0 } });

    await unshelve(at);

    expect(at.server.state).toBe('active/null');
    expect(at.server.item['host']).toBe('host2');
  });
});

type Usages = () => Resources | Error;

/** The quota port of a cloud in which every project uses what each call returns, within these limits. */
function countedUsage(usagesNow: Usages, limits: Readonly<Record<string, number>> = {}) {
  const asked: string[] = [];
  const cloudQuota: CloudQuota = {
    usages: (project, user) => {
      asked.push(user === undefined ? `usages of ${project}` : `usages of ${user} in ${project}`);
      const usages = usagesNow();
      return usages instanceof Error ? Promise.reject(usages) : Promise.resolve(usages);
    },
    limits: (project, names) => {
      asked.push(`limits of ${project}: ${names.join(', ')}`);
      return Promise.resolve(new Map(Object.entries(limits).filter(([name]) => names.includes(name))));
    },
  };
  return { asked, adapt: (services: Services): Services => ({ ...services, cloudQuota }) };
}

const FROM_PLACEMENT: Partial<Configuration> = {
  countUsageFromPlacement: true,
  quota: { instances: 10, cores: 4, ram: 51_200 },
};
const UNIFIED: Partial<Configuration> = { quotaDriver: 'unified' };

const FPGAS = { total: 4, reserved: 0, allocationRatio: 1 };

function withExtraSpecs(spec: WireObject, extra_specs: JsonMap): WireObject {
  const flavor = wireOf(fieldsOf(spec)['flavor']);
  return flavor === undefined ? spec : setFields(spec, { flavor: setFields(flavor, { extra_specs }) });
}

/** One server is asked for, of a flavor with these extra specs. */
async function built(
  config: Partial<Configuration>,
  { adapt }: ReturnType<typeof countedUsage>,
  extra_specs: JsonMap = {},
) {
  const world = await BuildWorld.boot({ config, adapt, scheduler: () => [['host1']] });
  for (const item of world.items('placement').filter(({ sk }) => sk === 'provider')) {
    const { provider } = readProvider(item);
    await world.services.placement.saveProvider({
      ...provider,
      inventories: { ...provider.inventories, CUSTOM_FPGA: FPGAS },
    });
  }
  const command = world.request();
  const request_spec = command.args.request_spec.map((spec) => withExtraSpecs(spec, extra_specs));
  const { uuids } = await world.build({ ...command, args: { ...command.args, request_spec } });
  return { world, uuid: uuids[0] ?? '', state: uuids.map((uuid) => world.server(uuid).item['vm_state']) };
}

/** A server is built and shelved; then the cloud answers this usage, and its user asks for it back. */
async function unshelved(config: Partial<Configuration>, usagesNow: Usages, limits?: Readonly<Record<string, number>>) {
  let isShelved = false;
  const cloud = countedUsage(() => (isShelved ? usagesNow() : {}), limits);
  const { adapt } = cloud;
  const at = await shelved({ offloaded: true }, { config, adapt, scheduler: afterBuild(() => [['host2']]) });
  isShelved = true;
  cloud.asked.length = 0;
  await unshelve(at);
  return { at, asked: cloud.asked, ended: await output(at), claims: at.world.claims(at.server.uuid) };
}

describe('usage that is counted from Placement', () => {
  it('has dedicated processors among its cores, and the claims of the request (QREC-04)', async () => {
    const cloud = countedUsage(() => ({ VCPU: 3, PCPU: 2, MEMORY_MB: 1024 }));

    const { world, uuid, state } = await built(FROM_PLACEMENT, cloud);

    expect(state).toEqual(['error']);
    expect(world.beside(uuid, 'fault#').map(({ message }) => message)).toEqual([
      expect.stringContaining('Quota exceeded for cores'),
    ]);
    expect(cloud.asked).toEqual(['usages of p']);
    expect(await leftOver(world)).toEqual([]);
  });

  it('lets a server be built that is within the limits', async () => {
    const { world, state } = await built(
      FROM_PLACEMENT,
      countedUsage(() => ({ VCPU: 4 })),
    );

    expect(state).toEqual(['active']);
    expect(await leftOver(world)).toEqual([]);
  });

  it('waits at a build while Placement is away', async () => {
    const away = new ServiceNotReached({ service: 'placement', url: 'u', trouble: 'was not reached', remedy: 'wait' });
    const answers: (Error | Resources)[] = [away, away, { VCPU: 1 }];
    const cloud = countedUsage(() => answers.shift() ?? {});

    const { state } = await built(FROM_PLACEMENT, cloud);

    expect(state).toEqual(['active']);
    expect(answers).toEqual([]);
  });

  it('refuses to unshelve a server of a project that uses more than it may: it stays as it was (QREC-03)', async () => {
    const { at, ended, claims } = await unshelved(FROM_PLACEMENT, () => ({ VCPU: 5 }));

    expect(ended).toMatchObject({ error: 'TooManyInstances' });
    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(claims).toEqual([]);
    expect(at.server.orders('unshelve_instance')).toEqual([]);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('refuses to unshelve a server whose usage Placement does not answer (QREC-06)', async () => {
    const refused = new UsagesRetrievalFailed({ project_id: 'p', user_id: 'u' });

    const { at, ended, claims } = await unshelved(FROM_PLACEMENT, () => refused);

    expect(ended).toMatchObject({ error: 'UsagesRetrievalFailed' });
    expect(at.server.state).toBe('shelved_offloaded/null');
    expect(claims).toEqual([]);
  });

  it.each([FROM_PLACEMENT, UNIFIED])('waits at an unshelving while Placement is away (%o)', async (config) => {
    const away = new ServiceNotReached({ service: 'placement', url: 'u', trouble: 'answered 503', remedy: 'wait' });
    const answers: (Error | Resources)[] = [away, away, away, { VCPU: 1 }];

    const { at, ended, claims } = await unshelved(config, () => answers.shift() ?? {}, { servers: 10 });

    expect(answers).toEqual([]);
    expect(ended).toMatchObject({ outcome: 'active' });
    expect(at.server.state).toBe('active/null');
    expect(claims).toEqual(['host2']);
    expect(await leftOver(at.world)).toEqual([]);
  });

  it('is not asked for where quotas are not checked (QREC-07)', async () => {
    const { at, asked } = await unshelved({ ...FROM_PLACEMENT, recheckQuota: false }, () => ({ VCPU: 5 }));

    expect(at.server.state).toBe('active/null');
    expect(asked).toEqual([]);
  });
});

describe('limits of Keystone', () => {
  it('count every class that a server asks for, and a request beyond them leaves no claim (QREC-05)', async () => {
    const cloud = countedUsage(() => ({ VCPU: 1, CUSTOM_FPGA: 2 }), { servers: 10, 'class:CUSTOM_FPGA': 1 });

    const { world, state } = await built(UNIFIED, cloud, { 'resources:CUSTOM_FPGA': '1' });

    expect(state).toEqual(['error']);
    expect(cloud.asked).toContainEqual(expect.stringContaining('class:CUSTOM_FPGA'));
    expect(await leftOver(world)).toEqual([]);
  });

  it('are those of servers too, by the records', async () => {
    const cloud = countedUsage(() => ({}), { servers: 1 });

    const { world, state } = await built(UNIFIED, cloud);
    const { uuids } = await world.build();

    expect(state).toEqual(['active']);
    expect(uuids.map((uuid) => world.server(uuid).item['vm_state'])).toEqual(['error']);
  });

  it('are not those of the deployment', async () => {
    const config = { ...UNIFIED, quota: { instances: 0, cores: 0, ram: 0 } };

    const { state } = await built(
      config,
      countedUsage(() => ({}), { servers: 1 }),
    );

    expect(state).toEqual(['active']);
  });

  it('hold a server that is unshelved', async () => {
    const { at, ended } = await unshelved(UNIFIED, () => ({ VCPU: 5 }), { servers: 10, 'class:VCPU': 4 });

    expect(ended).toMatchObject({ error: 'ProjectOverLimit' });
    expect(at.server.state).toBe('shelved_offloaded/null');
  });
});
