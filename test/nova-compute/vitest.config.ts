import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'nova-compute',
    include: ['test/nova-compute/**/*.test.ts'],
    // A cell is four processes of Python beside this one.
    maxWorkers: 1,
    fileParallelism: false,
  },
});
