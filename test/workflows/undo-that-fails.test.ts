import { expect, test } from 'vitest';
import { NoValidHost } from '#errors';
import type { WorldOptions } from '#local/emulation/world';
import { leftOver } from '../fixtures/ledger.ts';
import { SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld, type MovingWorld } from '../fixtures/moves.ts';

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
