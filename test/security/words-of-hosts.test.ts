import { describe, expect, it } from 'vitest';
import { NoValidHost } from '#errors';
import { computeFailure } from '#wire/remote-failure';
import { Attaching, withVolumes } from '../fixtures/attached-volume.ts';
import { answering, SCHEDULED } from '../fixtures/live-moves.ts';
import { BuildWorld } from '../fixtures/build-world.ts';
import { crossing } from '../fixtures/crossing.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { exposed, marksOf } from './exposed.ts';

const PASSWORD = 'correct-horse-battery';

/** What a driver says of a connection that it could not make. */
const WORDS = `iscsiadm failed: {'auth_username': 'u', 'auth_password': '${PASSWORD}'}`;

describe('the words of a failure that a host answers', () => {
  it('are shown nowhere where the error is none of Nova’s: its name alone is shown', async () => {
    const at = await Attaching.boot(
      withVolumes({ behaviour: ({ method }) => (method === 'reserve_block_device_name' ? { fail: WORDS } : 'build') }),
    );

    const answer = await at.call();

    expect(answer).toBe('RemoteError');
    expect(await exposed(at.world, marksOf(PASSWORD))).toEqual([]);
  });

  it('are shown without their secrets where builds are rescheduled until no host is left', async () => {
    const world = await BuildWorld.boot({
      config: { notificationFormat: 'both' },
      behaviour: () => ({ fail: WORDS }),
    });

    await world.build(world.request());

    expect(JSON.stringify(world.platform.tables.dump())).toContain('iscsiadm failed');
    expect(await exposed(world, marksOf(PASSWORD))).toEqual([]);
  });

  it('are shown without their secrets where a cold migration fails', async () => {
    const moving = await coldWorld({
      behaviour: ({ method }) => (method === 'finish_resize' ? { fail: WORDS } : 'build'),
    });

    await moving.move({});

    expect(await exposed(moving.of, marksOf(PASSWORD))).toEqual([]);
  });

  it('lie sealed where a destination refuses a server by them', async () => {
    const moving = await liveWorld({
      scheduler: (_request, asked) => (asked === 1 ? [['host2']] : new NoValidHost({ reason: '' })),
      behaviour: answering({ host2: { fail: WORDS } }),
    });

    const answer = await moving.move(SCHEDULED);

    expect(answer).toBeInstanceOf(NoValidHost);
    expect(await exposed(moving.of, marksOf(PASSWORD))).toEqual([]);
  });

  it('are shown without their secrets where Nova has a class for them', async () => {
    const at = await crossing({
      behaviour: ({ method }) => (method === 'prep_snapshot_based_resize_at_dest' ? { fail: WORDS } : 'build'),
    });

    await at.resize();

    expect(JSON.stringify(at.moving.of.platform.tables.dump())).toContain('iscsiadm failed');
    expect(await exposed(at.moving.of, marksOf(PASSWORD))).toEqual([]);
  });

  it.each([
    ['the message', { class: 'InvalidVolume', message: `Invalid volume: ${WORDS}` }],
    ['a parameter', { class: 'InvalidVolume', message: 'Invalid volume', kwargs: { reason: WORDS } }],
    ['a list in a parameter', { class: 'InvalidVolume', message: '', kwargs: { reason: '', of: [{ said: WORDS }] } }],
    ['a parameter of its name', { class: 'InvalidVolume', message: '', kwargs: { reason: '', token: PASSWORD } }],
    ['the name of a class', { class: WORDS, module: 'builtins', message: '' }],
  ])('are read without their secrets in %s', (_where, failure) => {
    const error = computeFailure(JSON.stringify({ module: 'nova.exception', tb: [WORDS], ...failure }));

    expect(JSON.stringify([error.name, error.message, error.params])).not.toContain(PASSWORD);
  });
});
