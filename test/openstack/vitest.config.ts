import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'openstack',
    include: ['test/openstack/**/*.test.ts'],
    globalSetup: ['test/openstack/global-setup.ts'],
    // Services and computes are one process each, on a machine that may be busy.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
  },
});
