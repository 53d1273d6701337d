import { expect, test } from 'vitest';
import { instanceOf } from '#records/instance-item';
import { plainText } from '#wire/reading';
import { setFields } from '#wire/wire';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';

test('a server that its host sets to error while it is moved leaves no migration unfinished', async () => {
  const moving = await coldWorld({
    behaviour: ({ method }) => (method === 'prep_resize' ? { delay: 300_000 } : 'build'),
  });
  await moving.call();
  await moving.change({ vm_state: 'error', task_state: null });

  await moving.of.end();
  await moving.of.clock.advance(400_000);

  expect(moving.state).toBe('error/null');
  expect(moving.migrations).toMatchObject([{ status: 'error' }]);
});

test('a server that its host gives up while a live migration of it fails stays in error, and claims nothing', async () => {
  const moving = await liveWorld({
    scheduler: (_request, asked) => (asked > 1 ? [] : [['host2']]),
    behaviour: ({ method }) =>
      method === 'check_can_live_migrate_destination'
        ? { delay: 30_000, next: { abort: 'the image is broken' } }
        : 'build',
  });
  await moving.of.client.liveMigrateInstance(moving.context, { ...moving.liveArguments(), host: null, async: true });
  await moving.of.clock.advance(10_000);

  // As a nova-compute that hears no answer to the last save of a build.
  const error = { host: null, node: null, launched_on: null, task_state: null, vm_state: 'error' };
  const instance = setFields(instanceOf(moving.item, []).toPrimitive(), error);
  const saving = moving.client.objectAction(moving.context, instance, 'save', {}, { cell: 'cell1' });
  await moving.of.end();
  await saving;

  expect(moving.state).toBe('error/null');
  expect(moving.held()).toEqual([]);
  expect(moving.migrations.map(({ uuid, status }) => [status, moving.held(plainText(uuid))])).toEqual([['error', []]]);
});
