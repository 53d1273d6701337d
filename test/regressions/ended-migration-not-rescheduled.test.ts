import { expect, test } from 'vitest';
import { setFields } from '#wire/wire';
import { migrationWire } from '#servers/migration-wire';
import { plainText } from '#wire/reading';
import { leftOver } from '../fixtures/ledger.ts';
import { coldWorld } from '../fixtures/moves.ts';

test('a move whose host ended its migration and fell silent is not tried elsewhere', async () => {
  const moving = await coldWorld({
    behaviour: ({ method }) => (method === 'prep_resize' ? { die: 'after-claim' } : 'build'),
  });
  const { of, client, context } = moving;
  await moving.call();
  const [migration] = moving.migrations;
  const wire = await migrationWire(of.services, 'cell1', moving.uuid, plainText(migration?.['uuid']));
  const ended = client.objectAction(context, setFields(wire, { status: 'error' }), 'save', {}, { cell: 'cell1' });
  await of.clock.runUntil(ended, 60_000);

  await of.end();

  expect(moving.orders('prep_resize')).toHaveLength(1);
  expect([moving.state, moving.held()]).toEqual(['active/null', ['host1']]);
  expect(moving.migrations).toMatchObject([{ status: 'error' }]);
  expect(await leftOver(of)).toEqual([]);
});
