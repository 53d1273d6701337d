import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emulatorFile } from '#local/emulation/dynamodb-emulator';
import manifest from '../../../local/dynamodb/package.json' with { type: 'json' };

describe('the DynamoDB emulator of a machine', () => {
  it('comes with the packages where the tests run', () => {
    expect(existsSync(emulatorFile())).toBe(true);
  });

  it('is named in the version that is tested, with what runs instead, where it does not come with them', () => {
    const version = manifest.optionalDependencies['@dynoxide/linux-x64'];

    expect(() => emulatorFile('darwin-arm64')).toThrow(
      `no DynamoDB emulator for darwin-arm64: npm install --no-save @dynoxide/darwin-arm64@${version}, or work in a container of linux/amd64`,
    );
    expect(readFileSync('docs/operations.md', 'utf8')).toContain(`@dynoxide/darwin-arm64@${version}`);
  });
});
