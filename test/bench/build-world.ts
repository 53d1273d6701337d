import { ConductorClient } from '#client';
import { buildCommand } from '#local/demo/requests';
import { machineArn } from '#local/emulation/runner-executions';
import { World } from '#local/emulation/world';
import type { FakeCompute } from '#local/fleet/fake-compute';
import { WORKFLOW_FUNCTIONS } from '#local/emulation/workflow-functions';
import { CELL, DEPLOYMENT, type BenchGround } from './worlds.ts';

const FLAVOR = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const CAPACITY = { vcpus: 4096, memoryMb: 4_194_304, diskGb: 65_536 };
const UNLIMITED = { instances: -1, cores: -1, ram: -1 };
const PROJECT = 'bench';

/** How often the state machines moved on, and how often they called their functions. */
export interface Steps {
  readonly transitions: number;
  readonly invocations: number;
}

/** A world that builds servers, with hosts that need no heartbeat to count as alive. */
export class BuildWorld {
  readonly world: World;
  readonly #client: ConductorClient;
  readonly #pass: BenchGround['pass'];
  readonly #casts: { count: number; wake: () => void };

  private constructor(world: World, pass: BenchGround['pass'], casts: { count: number; wake: () => void }) {
    this.world = world;
    this.#pass = pass;
    this.#casts = casts;
    this.#client = new ConductorClient({ bus: world.bus, clock: world.clock, ids: world.services.ids });
  }

  static async boot({ platform, pass }: BenchGround, hosts: number): Promise<BuildWorld> {
    const casts = { count: 0, wake: () => {} };
    const booting = World.boot(platform, {
      cells: [CELL],
      hosts: Array.from({ length: hosts }, (_, at) => ({
        host: `host${at + 1}`,
        cell: CELL.name,
        capacity: CAPACITY,
        heartbeatSeconds: 0,
      })),
      config: { deployment: DEPLOYMENT, quota: UNLIMITED, serviceDownTime: 86_400, waitSeconds: 86_400 },
      adapt: (services) => ({
        ...services,
        compute: {
          ...services.compute,
          cast: async (message) => {
            await services.compute.cast(message);
            casts.count += 1;
            casts.wake();
          },
        },
      }),
    });
    return new BuildWorld(await pass(booting), pass, casts);
  }

  get computes(): readonly FakeCompute[] {
    return this.world.fleet.computes;
  }

  /** A request for that many servers, ready to be published. */
  request(servers: number): () => Promise<void> {
    const names = Array.from({ length: servers }, (_, at) => `server${at + 1}`);
    const { ids } = this.world.services;
    const { context, args } = buildCommand(
      { ids, clock: this.world.clock },
      { names, flavor: FLAVOR, project: PROJECT },
    );
    return () => this.#client.scheduleAndBuildInstances(context, args);
  }

  /** Publishes a request and waits until the last of its servers was cast to a host. */
  async untilCast(publish: () => Promise<void>, servers: number): Promise<void> {
    const goal = this.#casts.count + servers;
    const reached = new Promise<void>((resolve) => {
      this.#casts.wake = () => {
        if (this.#casts.count >= goal) resolve();
      };
    });
    await publish();
    await this.#pass(reached);
  }

  /** Waits until a state of the world holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await this.#pass(new Promise<void>((resolve) => this.world.clock.timer(5, resolve)));
  }

  /** Lets what follows a cast come to its end: the request's own execution. */
  async rest(): Promise<void> {
    const stateMachineArn = machineArn(DEPLOYMENT, 'build');
    let running = true;
    while (running) {
      await this.#pass(new Promise<void>((resolve) => this.world.clock.timer(5, resolve)));
      const { executions } = await this.world.runner.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' });
      running = executions.length > 0;
    }
  }

  /** Steps of all executions so far. */
  async steps(): Promise<Steps> {
    let [transitions, invocations] = [0, 0];
    for (const workflow of Object.keys(WORKFLOW_FUNCTIONS)) {
      const { executions } = await this.world.runner.listExecutions({
        stateMachineArn: machineArn(DEPLOYMENT, workflow),
      });
      for (const { executionArn } of executions) {
        const counters = this.world.runner.counters(executionArn);
        transitions += counters.stateTransitions;
        invocations += counters.lambdaInvocations;
      }
    }
    return { transitions, invocations };
  }

  async stop(): Promise<void> {
    await this.#client.close();
    await this.world.stop();
  }
}
