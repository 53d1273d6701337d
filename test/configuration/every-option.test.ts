import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { CONTEXT, readContext, type ContextOptions } from '#configuration/context';
import { FUNCTION_OPTIONS, type FunctionOptions } from '#configuration/options';
import { environmentOf, readEnvironment } from '#configuration/read';
import { FILTERS, MULTIPLIERS, WEIGHERS } from '#configuration/scheduling';
import { SIZE_OPTIONS } from '#configuration/sizes';
import { configurationOf } from '#ports/configuration';
import { DEFAULT_FILTERS } from '#scheduler/filters/list';
import { preferences } from '#scheduler/weights/list';

/** A value of each option that functions are told, other than its default. */
const TOLD: FunctionOptions = {
  deployment: 'other',
  requirePrincipals: false,
  directCalls: true,
  serviceDownTime: 61,
  massSilenceShare: 21,
  massSilenceLeast: 4,
  waitSeconds: 121,
  orderSeconds: 601,
  restartGraceSeconds: 301,
  stallSeconds: 1,
  crossAzAttach: false,
  hostCallSeconds: 90,
  precacheConcurrency: 2,
  fencing: true,
  heartbeatWindow: 30,
  notificationFormat: 'both',
  notifyOnStateChange: 'vm_state',
  host: 'conductor2',
  requestDays: 16,
  canaryHosts: ['host9'],
  canaryImage: 'a0f0c1f2',
  canaryMinutes: 5,
  maxAttempts: 4,
  migrateMaxRetries: 2,
  longRpcTimeout: 90,
  skipHypervisorVersionCheckOnLm: true,
  defaultAvailabilityZone: 'az1',
  enabledFilters: ['ComputeFilter'],
  weightClasses: ['nova.scheduler.weights.ram.RAMWeigher'],
  weightMultipliers: ['ram_weight_multiplier=-1.5'],
  hostSubsetSize: 2,
  pciInPlacement: true,
  maxPlacementResults: 50,
  computeRpc: '5.13',
  schedulerRpc: '4.5',
  recheckQuota: false,
  quotaDriver: 'unified',
  countUsageFromPlacement: true,
  unifiedLimitsStrategy: 'ignore',
  unifiedLimitsResources: ['class:VCPU'],
  unifiedLimitsCountPcpuAsVcpu: true,
  quotaInstances: 11,
  quotaCores: 21,
  quotaRam: 51_201,
  quotaServerGroups: 11,
  quotaServerGroupMembers: 12,
  openstackServices: ['image'],
  openstackAuthUrl: 'https://keystone.example.org/v3',
  openstackCredentialSecret: 'cloud',
  openstackRegion: 'R',
  openstackInterfaces: ['public'],
  openstackEndpoints: ['image=https://glance.example.org'],
  openstackRetries: ['image=1'],
  openstackExtensionSyncInterval: 60,
  openstackCa: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
};

const defaults = readContext({ cells: ['cell1'] });
const DEFAULTS = new Map<string, unknown>(Object.entries(defaults));

describe('an option that functions are told', () => {
  test.each(Object.entries(TOLD))('%s has another value here than by default', (key, value) => {
    expect(DEFAULTS.get(key)).not.toEqual(value);
  });

  it('reaches them as the context said it', () => {
    const environment = environmentOf(FUNCTION_OPTIONS, readContext({ cells: ['cell1'], ...TOLD }));

    expect(readEnvironment(FUNCTION_OPTIONS, environment)).toEqual(TOLD);
    expect(Object.keys(environment)).toHaveLength(Object.keys(TOLD).length);
  });

  it('is what they go by, under the names of their own', () => {
    expect(configurationOf(TOLD)).toMatchObject({
      quota: { instances: 11, cores: 21, ram: 51_201 },
      groupQuota: { server_groups: 11, server_group_members: 12 },
      computeRpc: '5.13',
      schedulerRpc: '4.5',
      enabledFilters: ['ComputeFilter'],
      maxAttempts: 4,
    });
  });
});

/** Options that synthesis alone reads; test/lib shows what each of them changes. */
const OF_STACKS: readonly (keyof ContextOptions)[] = [
  'cells',
  'stage',
  'tracing',
  'openstackSubnets',
  'openstackSecurityGroups',
];

it('every option is one that functions are told, or one that synthesis reads', () => {
  const known = [...Object.keys(TOLD), ...OF_STACKS, ...Object.keys(SIZE_OPTIONS)];

  expect(Object.keys(CONTEXT.entries).toSorted()).toEqual(known.toSorted());
});

/** What an option is where functions go by it under a name of their own. */
const OWN_NAMES: Readonly<Record<string, string>> = {
  openstackRegion: 'region',
  openstackInterfaces: 'interfaces',
  openstackEndpoints: 'endpoints',
  openstackCa: 'ca',
  quotaInstances: 'instances',
  quotaCores: 'cores',
  quotaRam: 'ram',
  quotaServerGroups: 'server_groups',
  quotaServerGroupMembers: 'server_group_members',
};

describe('what an option changes', () => {
  const texts = globSync('test/**/*.test.ts')
    .filter((path) => !path.startsWith('test/configuration/'))
    .map((path) => readFileSync(path, 'utf8'));

  it.each(Object.keys(CONTEXT.entries))('is seen by a test that sets %s', (key) => {
    const sets = new RegExp(`\\b${OWN_NAMES[key] ?? key}\\b`, 'u');

    expect(texts.filter((text) => sets.test(text)).length).toBeGreaterThan(0);
  });
});

describe('the scheduler', () => {
  it('has the filters and weighers that a deployment may name', () => {
    expect([...FILTERS]).toEqual(DEFAULT_FILTERS);
    expect(preferences(WEIGHERS.slice(1)).map(({ weigher }) => weigher.name)).toEqual(WEIGHERS.slice(1));
    expect(preferences([WEIGHERS[0]])).toHaveLength(WEIGHERS.length - 1);
  });

  it('has the multipliers that a deployment may name', () => {
    const doubled = Object.fromEntries(MULTIPLIERS.map((name) => [`${name}_weight_multiplier`, 2]));

    expect(preferences([WEIGHERS[0]], doubled).map(({ multiplier }) => multiplier)).toEqual(MULTIPLIERS.map(() => 2));
  });
});
