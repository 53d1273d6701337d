import { expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import type { Services } from '#ports/services';
import type { WorldOptions } from '#local/emulation/world';
import { BuildWorld } from '../fixtures/build-world.ts';
import { stateOf } from '../fixtures/existing-server.ts';
import { leftOver } from '../fixtures/ledger.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../fixtures/moves.ts';
import { output, shelved, unshelve } from '../fixtures/shelved-server.ts';
import { watching } from '../fixtures/watching.ts';

/** Steps that fail with an error of no name for as long as the test says so. */
class Failing {
  on = true;
  readonly #steps: readonly string[];

  constructor(...steps: readonly string[]) {
    this.#steps = steps;
  }

  readonly around: NonNullable<WorldOptions['around']> = (run, event) =>
    this.on && this.#steps.includes(event.step) ? Promise.reject(new TypeError('x is not a function')) : run();
}

const REST = ['undo-the-rest'] as const;

/** No host for the move. */
const scheduler = () => new NoValidHost({ reason: 'none' });

async function executionOf(moving: MovingWorld, workflow: string) {
  const [execution] = await moving.of.executions(workflow);
  if (execution === undefined) throw new Error(`no ${workflow} was started`);
  return execution;
}

test.each([
  ['a cold migration', 'cold-migrate', 'undo-swap-allocations', coldWorld, {}],
  ['a cold migration', 'cold-migrate', 'undo-create-migration', coldWorld, {}],
  ['a live migration', 'live-migrate', 'undo-swap-allocations', liveWorld, SCHEDULED],
  ['a live migration', 'live-migrate', 'undo-create-migration', liveWorld, SCHEDULED],
] as const)(
  'the error of %s (%s) is reported although %s fails for good, and its execution waits to be redriven',
  async (_title, workflow, step, boot, request) => {
    const failing = new Failing(step, ...REST);
    const moving = await boot({ scheduler, around: failing.around });

    const answer = await moving.move(request);

    expect(answer?.name).toBe('NoValidHost');
    expect(moving.state).toBe('active/null');
    expect(moving.faultRecords).toHaveLength(1);
    expect(Object.values(moving.eventResults)).not.toContain(null);
    const execution = await executionOf(moving, workflow);
    expect(execution.status).toBe('FAILED');

    failing.on = false;
    await moving.of.world.runner.redriveExecution({ executionArn: execution.executionArn });
    await moving.of.end();
    expect((await executionOf(moving, workflow)).status).toBe('SUCCEEDED');
    expect(moving.migrations.map(({ status }) => status)).toEqual(['error']);
    expect(moving.held()).toEqual(['host1']);
    expect(await leftOver(moving.of)).toEqual([]);
  },
);

/** One server that its host cannot be found for, and one more. */
const twoServers = async (failing: Failing) => {
  const world = await BuildWorld.boot({ scheduler: () => [['host1'], ['host2']], around: failing.around });
  const command = world.request(2);
  await world.build(command);
  return { world, uuids: command.uuids };
};

test.each([['undo-recheck-quota'], ['undo-select-destinations']])(
  'servers that cannot be built are in error with the reason although %s fails for good, and the execution waits',
  async (step) => {
    const failing = new Failing('recheck-quota', step, 'undo-select-destinations');

    const { world, uuids } = await twoServers(failing);

    expect(uuids.map((uuid) => stateOf(world.server(uuid).item))).toEqual(['error/null', 'error/null']);
    expect(uuids.map((uuid) => world.beside(uuid, 'fault#').map(({ message }) => message))).toEqual([
      ['x is not a function'],
      ['x is not a function'],
    ]);
    const [execution] = await world.executions('build');
    expect(execution?.status).toBe('FAILED');

    failing.on = false;
    await world.world.runner.redriveExecution({ executionArn: execution?.executionArn ?? '' });
    await world.end();
    expect(uuids.flatMap((uuid) => world.claims(uuid))).toEqual([]);
    expect(await leftOver(world)).toEqual([]);
  },
);

const broken = () => Promise.reject(new TypeError('x is not a function'));

const withoutImages = (services: Services): Services => ({
  ...services,
  image: watching(services.image, { get: broken }),
});

test('a server is shelved again although the event of its image cannot be ended', async () => {
  const failing = new Failing('undo-find-image');
  const at = await shelved({ offloaded: true }, { around: failing.around, adapt: withoutImages });

  await unshelve(at);

  expect(at.server.state).toBe('shelved_offloaded/null');
  expect(await output(at)).toMatchObject({ status: 'SUCCEEDED', outcome: 'failed', error: 'TypeError' });
});
