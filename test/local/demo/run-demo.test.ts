import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { isMap, isWireObject } from '#wire/wire';
import type { BuildCommand, DemoExecution, DemoServer, DemoUser, DemoWorld } from '#local/demo/demo-world';
import { TINY } from '#local/demo/flavors';
import { runDemo } from '#local/demo/run-demo';
import { scriptedBehaviour, serverName, type Scenario } from '#local/demo/scenario';
import { build } from '#local/demo/build-story';
import { liveMigrate } from '#local/demo/live-migrate-story';
import { textField } from '#local/fleet/order';
import { recordedMessage } from '../../fixtures/recorded.ts';

const NEW_SERVER = {
  state: 'building',
  taskState: null,
  cell: null,
  host: null,
  attempts: 0,
  fault: null,
  flavor: 'm1.tiny',
  migration: null,
};

/** A user whose requests are only kept. */
function askingUser(asked: string[]): DemoUser {
  const keep = (what: string) => async (): Promise<void> => {
    asked.push(what);
  };
  return {
    liveMigrate: keep('live-migrate'),
    resize: keep('resize'),
    resizeAcrossCells: keep('resize across cells'),
    confirmResize: keep('confirm'),
    revertResize: keep('revert'),
    shelve: keep('shelve'),
    unshelve: keep('unshelve'),
    migrate: keep('migrate'),
    rebuild: keep('rebuild'),
    stop: keep('stop'),
    start: keep('start'),
    reboot: keep('reboot'),
    rescue: keep('rescue'),
    delete: keep('delete'),
    softDelete: keep('soft delete'),
  };
}

/** A world whose servers go through a story, a state at each look; the last state stays. */
class ScriptedWorld implements DemoWorld {
  readonly clock = new VirtualClock();
  readonly ids = { uuid: () => `00000000-0000-4000-8000-${String((this.#made += 1)).padStart(12, '0')}` };
  readonly published: BuildCommand[] = [];
  recorded: readonly string[] = [];
  readonly killed: string[] = [];
  readonly deleted: string[] = [];
  readonly asked: string[] = [];
  readonly user = askingUser(this.asked);
  #made = 0;
  #looks = new Map<string, number>();
  readonly #stories: Readonly<Record<string, readonly Partial<DemoServer>[]>>;
  readonly #executions: DemoExecution[];

  constructor(stories: Readonly<Record<string, readonly Partial<DemoServer>[]>>, executions: DemoExecution[] = []) {
    this.#stories = stories;
    this.#executions = executions;
  }

  async publish(command: BuildCommand): Promise<void> {
    this.published.push(command);
  }

  async publishRecorded({ uuids }: { readonly uuids: readonly string[] }): Promise<void> {
    this.recorded = uuids;
  }

  async servers(uuids: readonly string[]): Promise<DemoServer[]> {
    return uuids.map((uuid) => {
      const story = this.#stories[this.#nameOf(uuid)] ?? [];
      const look = this.#looks.get(uuid) ?? 0;
      this.#looks.set(uuid, look + 1);
      const chapter = story[Math.min(look, story.length - 1)] ?? {};
      const { host = null } = chapter;
      const place = host === null ? [] : [host];
      return { ...NEW_SERVER, uuid, holds: place, runsOn: place, ...chapter };
    });
  }

  async executions(): Promise<DemoExecution[]> {
    return this.#executions;
  }

  whileScheduling(_uuid: string, act: () => Promise<void>): void {
    this.clock.timer(10, () => void act());
  }

  async deleteBuildRequest(_context: unknown, uuid: string): Promise<void> {
    this.deleted.push(this.#nameOf(uuid));
  }

  async killHost(host: string): Promise<void> {
    this.killed.push(host);
  }

  async reviveHost(): Promise<void> {}

  async isDown(): Promise<boolean> {
    return true;
  }

  async evacuate(): Promise<void> {}

  #nameOf(uuid: string): string {
    if (this.recorded.includes(uuid)) return `recorded-${this.recorded.indexOf(uuid) + 1}`;
    for (const { args, uuids } of this.published) {
      const request = args.build_requests[uuids.indexOf(uuid)];
      const instance = request?.['nova_object.data']['instance'];
      if (isWireObject(instance)) return textField(instance, 'hostname');
    }
    return '';
  }
}

const spawning = { state: 'building', taskState: 'spawning', cell: 'cell1', host: 'host2', attempts: 1 };
const goodStories: Record<string, Partial<DemoServer>[]> = {
  'spread-1': [{ state: 'scheduling' }, { state: 'active', cell: 'cell1', host: 'host1', attempts: 1 }],
  'spread-2': [spawning, { state: 'active', cell: 'cell1', host: 'host2', attempts: 1 }],
  'spread-3': [{ state: 'active', cell: 'cell1', host: 'host3', attempts: 1 }],
  'spread-4': [{ state: 'active', cell: 'cell2', host: 'host4', attempts: 1 }],
  'spread-5': [{ state: 'active', cell: 'cell2', host: 'host5', attempts: 1 }],
  'recorded-1': [{ state: 'active', cell: 'cell1', host: 'host1', attempts: 1 }],
  'recorded-2': [{ state: 'active', cell: 'cell2', host: 'host4', attempts: 1 }],
  'alternate-1': [spawning, { state: 'active', cell: 'cell1', host: 'host1', attempts: 2 }],
  'too-large-1': [{ state: 'error', cell: 'cell0', fault: 'No valid host was found.' }],
  'deleted-1': [{ state: 'scheduling' }, { state: 'gone' }],
  'dying-host-1': [spawning, spawning, { state: 'active', cell: 'cell1', host: 'host3', attempts: 2 }],
};

const oneScenario: Scenario = {
  name: 'a',
  title: 'a',
  servers: 1,
  flavor: TINY,
  expected: { state: 'active' },
};

async function play(world: ScriptedWorld, scenarios: readonly Scenario[] = build.scenarios) {
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  const running = runDemo(world, { scenarios, print, progress: 'none', timeoutMs: 5_000 });
  const exitCode = await world.clock.runUntil(running, 3_600_000);
  return { exitCode, lines };
}

describe('runDemo', () => {
  test('five scenarios that go as expected end with exit code 0 and both tables', async () => {
    const executions: DemoExecution[] = [
      { workflow: 'build', name: 'b1', status: 'SUCCEEDED', outcome: 'launched', milliseconds: 20 },
    ];
    const world = new ScriptedWorld(goodStories, executions);

    const { exitCode, lines } = await play(world);

    expect(exitCode).toBe(0);
    expect(world.published.map(({ uuids }) => uuids.length)).toEqual([5, 1, 1, 1, 1]);
    expect([world.killed, world.deleted]).toEqual([['host2'], ['deleted-1']]);
    expect(lines.filter((line) => /^(?:spread|alternate|too-large|deleted|dying-host)-\d/u.test(line))).toHaveLength(9);
    expect(lines.filter((line) => line.startsWith('build '))).toHaveLength(1);
    expect(lines.at(-1)).toBe('Everything went as expected.');
  });

  test('a server that never gets anywhere ends patience, the other scenarios are played, and the exit code is 1', async () => {
    const world = new ScriptedWorld({ ...goodStories, 'alternate-1': [spawning] });

    const { exitCode, lines } = await play(world);

    expect(exitCode).toBe(1);
    expect(world.published).toHaveLength(5);
    expect(lines.join('\n')).toContain('is building, not active');
  });

  test('a failed execution alone makes the exit code 1', async () => {
    const world = new ScriptedWorld(goodStories, [
      { workflow: 'launch', name: 'l1', status: 'FAILED', milliseconds: 20 },
    ]);

    const { exitCode, lines } = await play(world);

    expect(exitCode).toBe(1);
    expect(lines).toContain('  execution launch l1 is FAILED');
  });

  test('a server that does not end where its user wanted it makes the exit code 1', async () => {
    const there = { state: 'active', cell: 'cell1', host: 'host1', attempts: 1 };
    const world = new ScriptedWorld({ 'forced-1': [there, { ...there, host: 'host2', migration: 'completed' }] });

    const forced = liveMigrate.scenarios.filter(({ name }) => name === 'forced');
    const { exitCode, lines } = await play(world, forced);

    expect(world.asked).toEqual(['live-migrate']);
    expect(exitCode).toBe(1);
    expect(lines.filter((line) => line.startsWith('  forced: '))).toEqual([
      expect.stringContaining('is on host2, not host3'),
    ]);
  });

  test('what goes wrong while a user asks makes the exit code 1', async () => {
    const world = new ScriptedWorld({ 'a-1': [{ state: 'active', cell: 'cell1', host: 'host1' }] });
    const asking: Scenario = {
      ...oneScenario,
      move: { method: 'prep_resize', ask: () => Promise.reject(new Error('nobody answered')) },
    };

    const { exitCode, lines } = await play(world, [asking]);

    expect(exitCode).toBe(1);
    expect(lines).toContain('  a: nobody answered');
  });
});

/** An order to build a server of that name. */
function buildOrder(name: string, attempt: number) {
  const { method, args } = recordedMessage('build-and-run-instance');
  const { instance } = args;
  if (!isWireObject(instance) || !isMap(args)) throw new Error('the recorded order has no instance');
  const named = { ...instance['nova_object.data'], display_name: name };
  return {
    kind: 'request',
    method,
    namespace: null,
    version: '6.0',
    args: {
      ...args,
      instance: { ...instance, 'nova_object.data': named },
      filter_properties: { retry: { num_attempts: attempt } },
    },
    context: { request_id: '', user_id: null, project_id: null, is_admin: true, read_deleted: 'no', timestamp: '' },
    uniqueId: undefined,
    reply: undefined,
    timeout: undefined,
    host: 'host1',
    receivedAt: 0,
  } as const;
}

describe('scriptedManners', () => {
  test.each(build.scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'the servers of %s are built as their scenario says',
    (_name, scenario) => {
      const behaviour = scriptedBehaviour(build.scenarios);
      const name = serverName(scenario, 0);

      const answers = [1, 2].map((attempt) => behaviour(buildOrder(name, attempt), attempt));

      const { method } = buildOrder(name, 1);
      const asked = [1, 2].map((nth) => scenario.kind?.({ method, host: 'host1', nth }) ?? 'build');
      expect(answers).toEqual(asked);
    },
  );

  test('other orders for a server are counted, whichever host gets them', () => {
    const behaviour = scriptedBehaviour([{ ...oneScenario, kind: ({ nth }) => ({ delay: nth }) }]);
    const order = { ...buildOrder('a-1', 1), method: 'prep_resize' };

    const answers = [order, { ...order, host: 'host2' }, buildOrder('b-1', 1)].map((each) => behaviour(each, 1));

    expect(answers).toEqual([{ delay: 1 }, { delay: 2 }, 'build']);
  });
});
