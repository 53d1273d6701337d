import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import lock from '../../package-lock.json' with { type: 'json' };
import manifest from '../../package.json' with { type: 'json' };
import { recordedReleases } from '../upgrade/release-world.ts';

const changelog = readFileSync('CHANGELOG.md', 'utf8');

/** The releases of the changelog, newest first. */
const released = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)/gmu)].map(([, version]) => version);

const found = (file: string, pattern: RegExp): (string | undefined)[] =>
  [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, version]) => version);

describe('the version', () => {
  it.each([
    ['package-lock.json', [lock.version, lock.packages[''].version]],
    ['the driver', found('agent/oslo-messaging-sqs/pyproject.toml', /^version = "(.+)"/gmu)],
    ['docs/operations.md', found('docs/operations.md', /serverless-conductor-(\d+\.\d+\.\d+)\.tgz/gu)],
    ['docs/publishing.md', found('docs/publishing.md', /serverless-conductor-client-(\d+\.\d+\.\d+)\.tgz/gu)],
    ['docs/releasing.md', found('docs/releasing.md', /tag .* v(\d+\.\d+\.\d+)/gu)],
    ['the changelog', released.slice(0, 1)],
  ])('of %s is that of package.json', (_, versions) => {
    expect(versions.length).toBeGreaterThan(0);
    expect(new Set(versions)).toEqual(new Set([manifest.version]));
  });

  it('has a section in the changelog under an Unreleased one, and one for who upgrades', () => {
    const upgrading = readFileSync('docs/upgrading.md', 'utf8');

    expect(changelog.indexOf('## Unreleased')).toBeLessThan(changelog.indexOf(`## ${manifest.version} (`));
    expect(changelog).toContain('## Unreleased');
    expect(upgrading).toMatch(new RegExp(`^## .* to ${manifest.version.replaceAll('.', '\\.')}$`, 'mu'));
  });

  it('is recorded, so that what a deployment of it has is played on', () => {
    expect(recordedReleases()).toContain(manifest.version);
  });
});
