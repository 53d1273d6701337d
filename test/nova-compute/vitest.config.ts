import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'nova-compute',
    include: ['test/nova-compute/**/*.test.ts'],
    // Every wait has a limit of its own, and says what it has waited for.
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    // A cell is four processes of Python beside this one.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
