import type { BuildCommand, DemoServer, DemoWorld } from './demo-world.ts';
import { endedExecutions, pause } from './ended-executions.ts';
import { recordedBoot } from './recorded-boot.ts';
import { buildCommand } from './requests.ts';
import { BUILD, WaitTimedOut, serverName, type Scenario } from './scenario.ts';
import { progressLine } from './tables.ts';

/** States in which nothing more happens to a server. */
const FINAL = new Set(['active', 'error', 'gone', 'shelved_offloaded']);

/** How a scenario went. */
export interface Played {
  readonly scenario: Scenario;
  readonly servers: readonly { readonly name: string; readonly server: DemoServer; readonly milliseconds?: number }[];
  /** Why it could not be played to its end. */
  readonly trouble?: string;
}

/** One scenario while it is played. */
class Performance {
  readonly #world: DemoWorld;
  readonly #scenario: Scenario;
  readonly #progress: (line: string) => void;
  readonly #names: readonly string[];
  readonly #command: Pick<BuildCommand, 'context' | 'uuids'>;
  readonly #publish: () => Promise<void>;
  readonly #deadline: number;
  #askedAt: number;
  #finishedAt = new Map<string, number>();

  constructor(world: DemoWorld, scenario: Scenario, timeoutMs: number, progress: (line: string) => void) {
    this.#world = world;
    this.#scenario = scenario;
    this.#progress = progress;
    this.#askedAt = world.clock.now();
    this.#deadline = this.#askedAt + timeoutMs;
    this.#names = Array.from({ length: scenario.servers }, (_, at) => serverName(scenario, at));
    if (scenario.recorded === true) {
      const boot = recordedBoot();
      this.#command = boot;
      this.#publish = () => world.publishRecorded(boot);
      return;
    }
    const { flavor, host, name } = scenario;
    const project = `demo-${name}`;
    const command = buildCommand(world, { names: this.#names, flavor, project, ...(host !== undefined && { host }) });
    this.#command = command;
    this.#publish = () => world.publish(command);
  }

  async play(): Promise<Played> {
    const { move } = this.#scenario;
    try {
      await this.#build();
      if (move !== undefined) {
        await endedExecutions(this.#world);
        [this.#askedAt, this.#finishedAt] = [this.#world.clock.now(), new Map()];
        await this.#ask(move);
      }
      await endedExecutions(this.#world);
      return await this.#played();
    } catch (error) {
      return this.#played(error instanceof Error ? error.message : String(error));
    }
  }

  async #build(): Promise<void> {
    const { incident } = this.#scenario;
    const { context, uuids } = this.#command;
    const [first] = uuids;
    if (incident === 'build request deleted while scheduling' && first !== undefined)
      this.#world.whileScheduling(first, () => this.#world.deleteBuildRequest(context, first));
    await this.#publish();
    if (incident === 'host dies while spawning') await this.#killWhileSpawning();
    await this.#untilAll((server) => this.#isFinal(server), uuids, BUILD);
  }

  async #killWhileSpawning(): Promise<void> {
    await this.#until(async () => {
      const servers = await this.#look(BUILD);
      const spawning = servers.find(({ taskState, host }) => taskState === 'spawning' && host !== null);
      if (spawning?.host == null) return false;
      this.#progress(`${spawning.host} dies`);
      await this.#world.killHost(spawning.host);
      return true;
    });
  }

  async #ask({ method, ask }: NonNullable<Scenario['move']>): Promise<void> {
    const { uuids } = this.#command;
    await ask({
      world: this.#world,
      uuids,
      say: this.#progress,
      until: (holds, others = uuids) => this.#untilAll(holds, others, method),
      untilTrue: (holds) => this.#until(holds),
    });
    await this.#untilAll((server) => this.#isFinal(server), uuids, method);
  }

  async #untilAll(holds: (server: DemoServer) => boolean, uuids: readonly string[], method: string): Promise<void> {
    await this.#until(async () => (await this.#look(method, uuids)).every(holds));
  }

  async #until(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if (this.#world.clock.now() >= this.#deadline) throw new WaitTimedOut('it has waited too long');
      await pause(this.#world.clock);
    }
  }

  async #look(method: string, uuids = this.#command.uuids): Promise<DemoServer[]> {
    const servers = await this.#world.servers(uuids, method);
    const now = this.#world.clock.now();
    for (const server of servers) {
      const { uuid } = server;
      if (!this.#isFinal(server)) this.#finishedAt.delete(uuid);
      else if (!this.#finishedAt.has(uuid)) this.#finishedAt.set(uuid, now - this.#askedAt);
    }
    this.#progress(progressLine(servers));
    return servers;
  }

  async #played(trouble?: string): Promise<Played> {
    const { uuids } = this.#command;
    const servers = await this.#world.servers(uuids, this.#scenario.move?.method ?? BUILD);
    return {
      scenario: this.#scenario,
      servers: servers.map((server, at) => {
        const milliseconds = this.#finishedAt.get(server.uuid);
        return { name: this.#names[at] ?? '', server, ...(milliseconds !== undefined && { milliseconds }) };
      }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  /** A task_state that stays is final only together with the state that it is expected in. */
  #isFinal({ state, taskState }: DemoServer): boolean {
    const { expected } = this.#scenario;
    if (taskState !== null) return state === expected.state && taskState === expected.taskState;
    return FINAL.has(state);
  }
}

/**
 * Publishes a scenario's request, brings its incident about, asks for what follows, and looks on until its servers are
 * in a final state or its time is over; `progress` is called in between.
 */
export const playScenario = (
  world: DemoWorld,
  scenario: Scenario,
  timeoutMs: number,
  progress: (line: string) => void,
): Promise<Played> => new Performance(world, scenario, timeoutMs, progress).play();
