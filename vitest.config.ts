import { defineConfig } from 'vitest/config';

const files = (...folders: string[]): string[] => folders.map((folder) => `test/${folder}/**/*.test.ts`);

const UNITS = [
  ...files(
    'client',
    'conductor',
    'fixtures',
    'model',
    'object-rpc',
    'objects',
    'operations',
    'placement',
    'ports',
    'reconciler',
  ),
  ...files(
    'records',
    'regressions',
    'request-specs',
    'rpc',
    'scheduler',
    'servers',
    'statemachines',
    'task-rpc',
    'wire',
    'workflows',
  ),
];

/** The tests whose inputs are made at random, or are recorded by the ten thousand. */
const PROPERTIES = [
  'test/objects/{backports,properties}.test.ts',
  'test/placement/placement-properties.test.ts',
  'test/records/two-clients.test.ts',
  'test/rpc/bad-input.test.ts',
  'test/worlds/*.test.ts',
];

/**
 * The tests that play hours and months of a deployment, many thousands of messages and hosts, every way in which every Task
 * of a workflow fails, every call under its policies, every option and every recorded state, or what takes a local world of
 * its own for longer: `npm run test:endurance`.
 */
const ENDURANCE = [
  'test/cli/{end-resize,ended-watching,further-options,operating,placement,servers}.test.ts',
  'test/cli/hosts/host-evacuate.test.ts',
  'test/configuration/every-option.test.ts',
  'test/documents/command-lines.test.ts',
  'test/local/{kept-world,local-command,walkthrough}.test.ts',
  'test/policies/{policies,random-worlds}.test.ts',
  'test/reconciler/canary-deaths.test.ts',
  'test/rpc/{backoff,payloads-away}.test.ts',
  'test/scheduler/scale.test.ts',
  'test/scripts/teardown.test.ts',
  'test/security/storm.test.ts',
  'test/statemachines/{attach-volume,cache-images,cold-migrate,live-migrate}.test.ts',
  'test/statemachines/{cross-cell-answers,cross-cell-resize}.test.ts',
  'test/statemachines/{failure-at-every-task,failure-behind-queues,outages,recovery,unusable-services}.test.ts',
  'test/upgrade/states.test.ts',
  'test/workflows/cloud-services/misfit-services.test.ts',
  'test/workflows/{long-operations,recorded-boots,thousand-servers}.test.ts',
  'test/worlds/{build,move,outage,rough}-worlds.test.ts',
];

export default defineConfig({
  test: {
    restoreMocks: true,
    testTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        // They work on doubles that are handed in and replace no modules, so files share one copy of what they load.
        test: { name: 'units', include: UNITS, exclude: [...PROPERTIES, ...ENDURANCE], isolate: false },
      },
      {
        extends: true,
        // Tried PROPERTY_RUNS times: 1,000 by default, 10,000 in `npm run check`.
        test: { name: 'properties', include: PROPERTIES, exclude: ENDURANCE, isolate: false },
      },
      {
        extends: true,
        // These change the process's environment, start servers or read the whole repository.
        test: {
          name: 'house',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/localstack/**',
            'test/nova-compute/**',
            'test/openstack/**',
            'test/package/**',
            'test/lib/**',
            ...UNITS,
            ...PROPERTIES,
            ...ENDURANCE,
          ],
        },
      },
      { extends: true, test: { name: 'endurance', include: ENDURANCE } },
      {
        extends: true,
        // The CDK library takes seconds to load: its tests share one copy, which they can, since they only build trees.
        test: { name: 'infra', include: ['test/lib/**/*.test.ts'], isolate: false },
      },
    ],
  },
});
