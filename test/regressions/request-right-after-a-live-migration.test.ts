import { expect, test } from 'vitest';
import { TableThrottled, type Tables } from '#ports/tables';
import { BuildWorld } from '../fixtures/build-world.ts';
import { ExistingServer } from '../fixtures/existing-server.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { MovingWorld } from '../fixtures/moves.ts';
import { rebuildCast } from '../fixtures/rebuilt-server.ts';
import { watching } from '../fixtures/watching.ts';

/**
 * Runs something once the server has arrived, while its migration is still `running`: the source's last save is late.
 */
class OnceArrived {
  next: (() => Promise<unknown>) | undefined;

  readonly tables = (tables: Tables): Tables =>
    watching(tables, {
      update: async (table, key, update, condition) => {
        const { next } = this;
        const set = new Map(Object.entries(update.set ?? {}));
        if (next !== undefined && key.sk.startsWith('migration#') && set.get('status') === 'completed') {
          this.next = undefined;
          await next();
          throw new TableThrottled('slow down');
        }
        return tables.update(table, key, update, condition);
      },
    });
}

/** A server that arrives on its next host. */
async function arriving() {
  const hold = new OnceArrived();
  const world = await BuildWorld.boot({
    hosts: ['host1', 'host2', 'host3'].map((host) => ({ host, cell: 'cell1' })),
    tables: hold.tables,
  });
  const server = await ExistingServer.build(world);
  const first = await MovingWorld.prepare(world, 'migrating', 'live-migration');
  return { hold, world, server, first };
}

test('a rebuild that is asked for while the migration is still running is carried out', async () => {
  const { hold, world, server, first } = await arriving();
  hold.next = async () => {
    const context = await server.begin('rebuild');
    await server.change({ task_state: 'rebuilding' });
    await rebuildCast({ world, server, context }, { host: server.item['host'] ?? null });
  };

  await first.cast(SCHEDULED);

  expect(server.orders('rebuild_instance')).toHaveLength(1);
  expect(server.state).toBe('active/null');
  expect(first.migrations).toMatchObject([{ status: 'completed' }]);
});

test('another live migration that is asked for while the first is still running is carried out', async () => {
  const { hold, world, server, first } = await arriving();
  hold.next = async () => {
    const next = (await MovingWorld.prepare(world, 'migrating', 'again')).again('req-again');
    await next.send(SCHEDULED);
  };

  await first.cast(SCHEDULED);

  expect(server.orders('live_migration')).toHaveLength(2);
  expect(server.state).toBe('active/null');
  expect(first.migrations.map(({ status }) => status)).toEqual(['completed', 'completed']);
});

test('a resize that is asked for while the migration is still running is carried out', async () => {
  const { hold, world, server, first } = await arriving();
  hold.next = async () => {
    const next = (await MovingWorld.prepare(world, 'resize_prep', 'resize')).again('req-resize');
    await next.send({ flavor: { id: 42 } });
  };

  await first.cast(SCHEDULED);

  expect(server.orders('prep_resize')).toHaveLength(1);
  expect(server.state).toBe('resized/null');
});
