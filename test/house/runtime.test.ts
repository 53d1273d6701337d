import { expect, it } from 'vitest';

it('H130 tests run on Node 24, as the functions do', () => {
  const [major] = process.versions.node.split('.');

  expect(major).toBe('24');
});
