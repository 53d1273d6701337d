import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'openstack',
    include: ['test/openstack/**/*.test.ts'],
    globalSetup: ['test/openstack/global-setup.ts'],
    // Services and computes are one process each, on a machine that may be busy. Every wait has a limit of its own, and
    // says what it has waited for.
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
    teardownTimeout: 120_000,
    maxWorkers: 1,
  },
});
