import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    restoreMocks: true,
    testTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'house',
          include: ['test/**/*.test.ts'],
          exclude: ['test/localstack/**', 'test/package/**', 'test/lib/**'],
        },
      },
      {
        extends: true,
        // The CDK library takes seconds to load: its tests share one copy, which they can, since they only build trees.
        test: { name: 'infra', include: ['test/lib/**/*.test.ts'], isolate: false },
      },
    ],
  },
});
