import { describe, expect, test } from 'vitest';
import { NotImplementedError } from '#errors';
import { liveWorld } from '../../fixtures/moves.ts';

describe('migrate_server with a combination that Nova has no operation for', () => {
  test('LIVE-42 another combination has no implementation', async () => {
    const moving = await liveWorld();

    const answer = await moving.move({ live: true, flavor: {} });

    expect(answer).toBeInstanceOf(NotImplementedError);
    expect([moving.migrations, moving.state]).toEqual([[], 'active/migrating']);
    expect(moving.serverFailures).toEqual(['NotImplementedError']);
  });

  test('LIVE-43 neither live nor with a flavor has no implementation', async () => {
    const moving = await liveWorld();

    expect(await moving.move({ live: false, flavor: null })).toBeInstanceOf(NotImplementedError);

    expect(moving.serverFailures).toEqual(['NotImplementedError']);
    expect(moving.eventResults).toEqual({ conductor_migrate_server: 'Error' });
  });
});
