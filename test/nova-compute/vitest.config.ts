import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'nova-compute',
    include: ['test/nova-compute/**/*.test.ts'],
    // Every wait has a limit of its own, and says what it has waited for.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    // A deployment takes a third of a core: its tests wait, most of the time.
    maxWorkers: 3,
  },
});
