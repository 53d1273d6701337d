import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'openstack',
    include: ['test/openstack/**/*.test.ts'],
    globalSetup: ['test/openstack/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The services are one process each, on a machine that may be busy.
    maxWorkers: 1,
  },
});
