import { beforeAll, describe, expect, it } from 'vitest';
import licences from '../licences.json' with { type: 'json' };
import lock from '../package-lock.json' with { type: 'json' };
import { packageIn, shippedPackages } from '../scripts/shipped-packages.ts';

interface Installed {
  readonly name: string;
  readonly licence: string;
}

const installed: readonly Installed[] = Object.entries(lock.packages)
  .filter(([folder]) => folder.includes('node_modules/'))
  .flatMap(([folder, about]) =>
    'link' in about ? [] : [{ name: packageIn(folder), licence: 'license' in about ? about.license : 'none' }],
  );

describe('the licences of packages', () => {
  let inBundles: ReadonlySet<string> = new Set();

  beforeAll(async () => {
    inBundles = await shippedPackages();
  }, 120_000);

  it('in what is deployed or packed allow that without further conditions', () => {
    const others = installed.filter(({ name, licence }) => inBundles.has(name) && !licences.shipped.includes(licence));

    expect(others).toEqual([]);
    expect(inBundles.size).toBeGreaterThan(20);
  });

  it('that the project is developed with are on the list, or named one by one', () => {
    const allowed = [...licences.shipped, ...licences.development];
    const others = installed.filter(({ licence }) => !allowed.includes(licence));

    expect(Object.fromEntries(others.map(({ name, licence }) => [name, licence]))).toEqual(
      licences.developmentExceptions,
    );
  });

  it('of the policy simulator bind nobody who uses the project: no code of it is deployed or packed', () => {
    expect([...inBundles].filter((name) => name.startsWith('@cloud-copilot/'))).toEqual([]);
  });
});
