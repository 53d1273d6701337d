import { expect, test } from 'vitest';
import { registry } from '#objects/registry';
import { QueueThrottled } from '#ports/queues';
import { TableThrottled } from '#ports/tables';
import { fieldsOf } from '#wire/reading';
import { BuildWorld } from '../fixtures/build-world.ts';
import { withUserData } from '../fixtures/built.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { watchingAll, type Between } from '../fixtures/watching.ts';

const versions = Object.fromEntries([...registry].map(([name, { version }]) => [name, version]));

/** A world whose functions reach neither payloads nor keys for so long as is said. */
async function world() {
  const away = { what: '', until: 0 };
  const unless =
    (what: string, error: () => Error): Between =>
    (_method, _args, run) =>
      away.what === what && built.clock.now() < away.until ? Promise.reject(error()) : run();
  const built: BuildWorld = await BuildWorld.boot({
    scheduler: ({ instanceUuids }) => instanceUuids.map(() => ['host1']),
    heartbeatSeconds: 30,
    adapters: (adapters) => ({
      ...adapters,
      blobs: watchingAll(
        adapters.blobs,
        unless('payloads', () => new QueueThrottled('away')),
      ),
      sealer: watchingAll(
        adapters.sealer,
        unless('keys', () => new TableThrottled('away')),
      ),
    }),
  });
  const leave = (what: string, seconds: number): void =>
    void Object.assign(away, { what, until: built.clock.now() + seconds * 1000 });
  return { built, leave };
}

/** A request of more than a queue takes. */
const long = (built: BuildWorld) => withUserData(built.request(20));

test.each([
  ['payloads', 1],
  ['payloads', 3600],
  ['keys', 1],
  ['keys', 3600],
])('a request of more than a queue takes is built once, though %s are away for %i seconds', async (what, seconds) => {
  const { built, leave } = await world();
  const command = long(built);

  leave(what, seconds);
  await built.publish(command);
  await built.clock.advance(seconds * 1000);
  await built.end();

  expect(built.platform.blobs.keys()).toHaveLength(1);
  const servers = command.uuids.map((uuid) => built.server(uuid).item);
  expect(servers.map(({ vm_state, task_state = null }) => [vm_state, task_state])).toEqual(
    command.uuids.map(() => ['active', null]),
  );
  expect(built.orders()).toHaveLength(20);
  expect(await leftOver(built)).toEqual([]);
});

test('an answer of more than a queue takes arrives once payloads can be stored again, within the time that its caller waits', async () => {
  const { built, leave } = await world();
  const { context } = await built.build(long(built));

  leave('payloads', 30);
  const asked = built.client.objectClassAction(
    context,
    'InstanceList',
    'get_by_filters',
    versions,
    [{}],
    {},
    {
      cell: 'cell1',
    },
  );
  await built.clock.runUntil(asked, 60_000);

  expect(fieldsOf(await asked)['objects']).toHaveLength(20);
});
