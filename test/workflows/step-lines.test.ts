import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { MemoryLog, type LogLine } from '#local/emulation/memory-log';
import { NoValidHost } from '#errors';
import type { Behaviour } from '#local/fleet/behaviour';
import type { StepEvent } from '#workflows/step';
import { BuildWorld, type BuildWorldOptions } from '../fixtures/build-world.ts';
import { afterBuild, dies } from '../fixtures/host-scripts.ts';
import { answering, FORCED, node, SCHEDULED } from '../fixtures/live-moves.ts';
import { coldWorld, liveWorld } from '../fixtures/moves.ts';
import { EVACUATE, rebuild, running, stranded } from '../fixtures/rebuilt-server.ts';
import { shelved, unshelve } from '../fixtures/shelved-server.ts';

/** A line and the step during which it was logged, whoever logged it. */
interface StepLine extends LogLine {
  readonly during: StepEvent<unknown>;
}

/** Keeps the lines of steps with their steps. */
class StepLines {
  readonly all: StepLine[] = [];
  readonly #during = new AsyncLocalStorage<StepEvent<unknown>>();

  /** A world's options, which have its log watched. */
  watch(options: BuildWorldOptions = {}): BuildWorldOptions {
    const keep = (line: LogLine): void => {
      const during = this.#during.getStore();
      if (during !== undefined) this.all.push({ ...line, during });
    };
    class Watched extends Array<LogLine> {
      override push(...lines: LogLine[]): number {
        lines.forEach(keep);
        return super.push(...lines);
      }
    }
    const log = new MemoryLog({ lines: new Watched(), counts: new Map(), measured: [] });
    return {
      ...options,
      around: (run, event) => this.#during.run(event, run),
      adapters: (adapters) => ({ ...adapters, log }),
    };
  }

  /** Lines of steps whose state knows the cell. */
  get targeted(): StepLine[] {
    return this.all.filter(({ during }) => typeof fieldOf(during.state, 'cell') === 'string');
  }
}

const fieldOf = (state: unknown, name: string): unknown =>
  typeof state === 'object' && state !== null ? Reflect.get(state, name) : undefined;

/** What a line of such a step has to hold. */
const due = ({ during: { step, execution, state } }: StepLine) => ({
  step,
  execution,
  workflow: expect.stringMatching(/^(launch|cold-migrate|live-migrate|rebuild|unshelve)$/u),
  request_id: fieldOf(state, 'request_id'),
  instance: fieldOf(state, 'server'),
  cell: fieldOf(state, 'cell'),
});

const none = () => new NoValidHost({ reason: 'none' });

/** vm2 cannot be built; the first host of every other server dies. */
const faltering: Behaviour = (order, attempt) =>
  JSON.stringify(order.args['instance']).includes('"vm2"')
    ? { fail: 'out of order' }
    : dies(attempt === 1, 'after-read');

/** Destinations are tried twice, not for ever. */
const OVER: BuildWorldOptions = { config: { migrateMaxRetries: 1 } };

/** Requests that go well, fail and are refused: what their steps had to say. */
const STORIES: readonly (readonly [string, (lines: StepLines) => Promise<unknown>])[] = [
  [
    'builds that are rescheduled and given up',
    async (lines) => {
      const world = await BuildWorld.boot(lines.watch({ behaviour: faltering }));
      await world.build(world.request(3));
    },
  ],
  [
    'a resize that finds no host, and one whose claim cannot be swapped',
    async (lines) => {
      const full = await coldWorld(lines.watch({ scheduler: none }));
      await full.move();
      const empty = await coldWorld(lines.watch());
      await empty.of.services.placement.release(empty.uuid);
      await empty.move();
    },
  ],
  [
    'live migrations whose destinations refuse, of a server that holds nothing, and refused at once',
    async (lines) => {
      const refused = await liveWorld(lines.watch({ ...OVER, behaviour: answering({ host2: { fail: 'scenario' } }) }));
      await refused.move(SCHEDULED);
      const empty = await liveWorld(lines.watch());
      await empty.of.services.placement.release(empty.uuid);
      await empty.move(FORCED);
      const unsuited = await liveWorld(lines.watch(OVER));
      await node(unsuited, 'host2', { hypervisor_version: 1 });
      await unsuited.move(SCHEDULED);
    },
  ],
  [
    'a rebuild whose host dies, and evacuations that find no host, or of a server that holds nothing',
    async (lines) => {
      const dying = await running(lines.watch({ behaviour: (order) => dies(order.method === 'rebuild_instance') }));
      await rebuild(dying, { host: 'host1' });
      const full = await stranded(lines.watch({ scheduler: afterBuild(none) }));
      await rebuild(full, EVACUATE);
      const forced = await stranded(lines.watch({ scheduler: () => [['host1']] }));
      await forced.world.services.placement.release(forced.server.uuid);
      await rebuild(forced, { ...EVACUATE, host: 'host2' });
    },
  ],
  [
    'an unshelve for which the scheduler finds no valid host',
    async (lines) => {
      const at = await shelved({ offloaded: true }, lines.watch());
      await unshelve(at, { ignore_hosts: ['host1', 'host2', 'host3', 'host4'] });
      expect(lines.targeted.map(({ message }) => message)).toContain('no valid host');
    },
  ],
];

describe('every line of a step whose state knows the cell', () => {
  it.each(STORIES)('names request, instance, cell and workflow: %s', async (_story, run) => {
    const lines = new StepLines();

    await run(lines);

    expect(lines.targeted.length).toBeGreaterThan(0);
    for (const line of lines.targeted) expect({ message: line.message, ...line.fields }).toMatchObject(due(line));
  });

  it('is written by a move that is refused before its state knew the cell, too', async () => {
    const lines = new StepLines();
    const moving = await liveWorld(lines.watch());

    await moving.move({ live: true, rebuild: true, flavor: null });

    expect(lines.all.filter(({ message }) => message === 'move refused')).toMatchObject([
      { fields: { instance: moving.uuid, cell: 'cell1', request_id: moving.context.request_id } },
    ]);
  });
});
