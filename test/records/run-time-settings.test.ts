import { describe, expect, it } from 'vitest';
import { MemoryLog } from '#local/emulation/memory-log';
import type { RunTimeOption } from '#configuration/run-time';
import { configurationOf, DEFAULTS, optionsOf, type Configuration } from '#ports/configuration';
import type { Json, JsonMap } from '#ports/json';
import type { Tables } from '#ports/tables';
import { API, runTimeKey } from '#records/keys';
import { reloading } from '#records/run-time/settings';
import { ManualClock } from '../fixtures/manual-clock.ts';
import { memoryTables } from '../fixtures/tables.ts';
import { watching } from '../fixtures/watching.ts';

/** A function that answers what it goes by, and what it stands on. */
function goingBy(deployed: Partial<Configuration> = {}, around: (tables: Tables) => Tables = (same) => same) {
  const { tables, requests } = memoryTables();
  const [clock, log] = [new ManualClock(), new MemoryLog()];
  let made = 0;
  const config = { ...DEFAULTS, ...deployed };
  const run = reloading({ clock, config, log, tables: around(tables) }, (by) => {
    made += 1;
    return async (word: string) => ({ by, word });
  });
  const set = (values: JsonMap, version = 1) => tables.put(API, { ...runTimeKey, version, values });
  return { clock, config, log, requests, run, set, made: () => made };
}

/** A value of each option that may be changed at run time, other than its default. */
const OTHER: Readonly<Record<RunTimeOption, Json>> = {
  massSilenceShare: 21,
  massSilenceLeast: 4,
  waitSeconds: 121,
  orderSeconds: 601,
  restartGraceSeconds: 301,
  stallSeconds: 1,
  fencing: true,
  hostCallSeconds: 90,
  crossAzAttach: false,
  precacheConcurrency: 2,
  requestDays: 91,
  maxAttempts: 4,
  migrateMaxRetries: 2,
  longRpcTimeout: 90,
  skipHypervisorVersionCheckOnLm: true,
  defaultAvailabilityZone: 'az1',
  enabledFilters: ['ComputeFilter'],
  weightClasses: ['nova.scheduler.weights.ram.RAMWeigher'],
  weightMultipliers: ['ram_weight_multiplier=-1.5'],
  hostSubsetSize: 2,
  maxPlacementResults: 50,
  computeRpc: '5.13',
  schedulerRpc: '4.5',
  recheckQuota: false,
  quotaInstances: 11,
  quotaCores: 21,
  quotaRam: 51_201,
  quotaServerGroups: 11,
  quotaServerGroupMembers: 12,
  openstackRetries: ['image=1'],
  openstackExtensionSyncInterval: 60,
};

describe('a function', () => {
  it.each(Object.entries(OTHER))('goes by %s as it was set at run time', async (key, value) => {
    const { config, run, set } = goingBy();
    await set({ [key]: value });

    const { by } = await run('a');

    expect(by).toEqual(configurationOf({ ...optionsOf(config), [key]: value }));
    expect(by).not.toEqual(config);
  });

  it('reads what was set once a minute, and is made anew only when that has changed', async () => {
    const { clock, made, requests, run, set } = goingBy();
    await run('a');
    await set({ maxAttempts: 5 });
    requests.length = 0;

    const soon = await run('b');
    clock.pass(60);
    const later = await run('c');
    clock.pass(60);
    const same = await run('d');

    expect([soon.by.maxAttempts, later.by.maxAttempts, same.by.maxAttempts]).toEqual([3, 5, 5]);
    expect([soon.word, later.word]).toEqual(['b', 'c']);
    expect(requests).toEqual(['GetItem', 'GetItem']);
    expect(made()).toBe(2);
  });

  it('keeps its role, which nobody sets', async () => {
    const { run, set } = goingBy({ roleId: 'AROA', requirePrincipals: true });
    await set({ maxAttempts: 5 });

    expect((await run('a')).by).toMatchObject({ roleId: 'AROA', requirePrincipals: true, maxAttempts: 5 });
  });

  it('goes on by what it has read where the record cannot be read, and says so', async () => {
    let away = false;
    const { clock, log, run, set } = goingBy({}, (tables) =>
      watching(tables, { get: (...asked) => (away ? Promise.reject(new Error('away')) : tables.get(...asked)) }),
    );
    await set({ maxAttempts: 5 });
    await run('a');
    away = true;
    clock.pass(60);

    const { by } = await run('b');

    expect(by.maxAttempts).toBe(5);
    expect(log.lines).toMatchObject([{ level: 'error', message: expect.stringContaining('cannot be read') }]);
  });

  it('goes by no answer that is older than what it has read', async () => {
    const { clock, run, set } = goingBy();
    await set({ maxAttempts: 5 }, 2);
    await run('a');
    await set({ maxAttempts: 4 }, 1);
    clock.pass(60);

    expect((await run('b')).by.maxAttempts).toBe(5);
  });

  it('leaves a value out that its option does not take, and says so', async () => {
    const { log, run, set } = goingBy();
    await set({ maxAttempts: 0, quotaCores: 4 });

    expect((await run('a')).by).toMatchObject({ maxAttempts: 3, quota: { cores: 4 } });
    expect(log.lines).toMatchObject([
      { level: 'warn', fields: { reason: 'run time "maxAttempts" is 0: it may be a whole number from 1 to 100' } },
    ]);
  });
});
