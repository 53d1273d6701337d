import { assemble, type Adapters } from '#assemble';
import type { Bus } from '#client/bus';
import type { Clock } from '#ports/clock';
import { DEFAULTS, type Configuration } from '#ports/configuration';
import type { Json } from '#ports/json';
import type { Services } from '#ports/services';
import { objectUrl } from '#object-rpc/object-url';
import { resetComputeCaps } from '#servers/compute-cap';
import { cellQueue } from '#ports/host-queue';
import type { Cell } from '#records/method';
import { reloading } from '#records/run-time/settings';
import type { QueueHandler } from '#rpc/batch';
import { CONDUCTOR_SENDER } from '#wire/pulse';
import { objectHandler } from '#object-rpc/object-queue';
import { taskHandler } from '#task-rpc/task-queue';
import { lookAround } from '#reconciler/round';
import { WORKFLOW_FUNCTIONS, type Invocable } from './workflow-functions.ts';
import type { StepEvent } from '#workflows/step';
import { CellUrls } from './cell-urls.ts';
import { startEventSource, type EventSource, type RecordSource } from './event-source.ts';
import { Fleet } from '#local/fleet/fleet';
import type { ComputeOptions } from '#local/fleet/fake-compute';
import { lambdaContext } from './lambda-context.ts';
import { QUEUE_FUNCTIONS } from './queue-schema.ts';
import { runnerExecutions } from './runner-executions.ts';
import type { Invoke } from '#local/runner/engine';
import type { Journal } from '#local/runner/kept-execution';
import { StepFunctions } from '#local/runner/runner';
import { seedCells, seedHost } from './seed.ts';
import { functionArn, loadStateMachines } from './state-machines.ts';

/** What a world stands on: emulators under the real SDK, or everything in memory. */
export interface Platform {
  readonly clock: Clock;
  readonly adapters: Pick<Adapters, 'blobs' | 'ids' | 'log' | 'notifier' | 'queues' | 'sealer' | 'tables' | 'cloud'>;
  readonly bus: Bus;
  /** The records of a queue, for its function. */
  source(queue: string): RecordSource;
  /** Makes the table and the queues of a cell. */
  addCell(cell: string): Promise<void>;
  /** Keeps executions. @default they end with this process */
  readonly journal?: Journal;
  stop(): Promise<void>;
}

/** How a world is set up. */
export interface WorldOptions {
  readonly cells: readonly Cell[];
  readonly hosts: readonly ComputeOptions[];
  readonly config?: Partial<Configuration>;
  readonly random?: () => number;
  /** Stands between the state machines and their functions: faults are injected here. */
  readonly around?: (run: () => Promise<Json>, event: StepEvent<unknown>, invoke: Parameters<Invoke>) => Promise<Json>;
  /**
   * Seconds between two rounds in which the schedule has pulses sent and waits looked at; 0 for none.
   * @default a minute, less with a shorter serviceDownTime
   */
  readonly roundSeconds?: number;
  /**
   * Stands between the queues, or the function URLs, and the functions behind them; is given
   * the queue, or `cell-CELL-url`.
   */
  readonly aroundBatch?: <T>(run: () => Promise<T>, queue: string) => Promise<T>;
  /**
   * Whether functions go by what is set at run time, as deployed ones do.
   * @default false: what is counted has no such reads
   */
  readonly reloads?: boolean;
  /** Changes ports before the functions get them: scripted schedulers, faulty tables. */
  readonly adapt?: (services: Services) => Services;
}

/** What makes a function over its ports: once, or anew whenever its configuration is changed. */
type Made = <E extends readonly unknown[], R>(
  make: (services: Services) => (...event: E) => Promise<R>,
) => (...event: E) => Promise<R>;

interface WorldParts {
  readonly aroundBatch: WorldOptions['aroundBatch'];
  readonly services: Services;
  readonly made: Made;
  readonly runner: StepFunctions;
  readonly fleet: Fleet;
  readonly urls: CellUrls;
}

/** A deployment on one machine: the real handlers and state machines, and a fleet of fake computes. */
export class World {
  readonly services: Services;
  readonly runner: StepFunctions;
  readonly fleet: Fleet;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Function URLs of the cells, where direct calls are offered. */
  readonly urls: CellUrls;
  readonly #platform: Platform;
  readonly #made: Made;
  readonly #lookAround: () => Promise<void>;
  readonly #aroundBatch: NonNullable<WorldOptions['aroundBatch']>;
  /** Event sources by the queue that they take records from. */
  readonly sources = new Map<string, EventSource>();
  #nextRound: () => void = () => undefined;
  /** Why invocations failed, for tests and for whoever watches. */
  readonly troubles: unknown[] = [];

  private constructor(platform: Platform, { services, made, runner, fleet, urls, aroundBatch }: WorldParts) {
    this.#platform = platform;
    this.#aroundBatch = aroundBatch ?? ((run) => run());
    this.#made = made;
    this.#lookAround = made((each) => () => lookAround(each));
    this.services = services;
    this.runner = runner;
    this.fleet = fleet;
    this.urls = urls;
    this.bus = platform.bus;
    this.clock = platform.clock;
  }

  /** Boots a world: state machines, functions behind their queues, mappings, and all hosts registered. */
  static async boot(platform: Platform, options: WorldOptions): Promise<World> {
    const config: Configuration = { ...DEFAULTS, ...options.config };
    const random = options.random ?? Math.random;
    const functions = new Map<string, Invocable>();
    const runner = new StepFunctions({
      clock: platform.clock,
      random,
      journal: platform.journal,
      invoke: (...invoked) => {
        const [arn, payload] = invoked;
        const run = functions.get(arn);
        if (run === undefined) throw new Error(`there is no function ${arn}`);
        if (options.around === undefined) return run(payload);
        const event: StepEvent<unknown> = JSON.parse(JSON.stringify(payload));
        return options.around(() => run(event), event, invoked);
      },
    });
    const urls = new CellUrls({ clock: platform.clock, ids: platform.adapters.ids });
    const assembled = (by: Configuration): Services => {
      const plain = assemble({
        ...platform.adapters,
        ...(config.directCalls ? { directCalls: urls.as(CONDUCTOR_SENDER) } : {}),
        clock: platform.clock,
        config: by,
        random,
        executions: runnerExecutions(runner, config.deployment),
      });
      return options.adapt?.(plain) ?? plain;
    };
    const services = assembled(config);
    const made: Made = (make) =>
      options.reloads === true
        ? reloading(services, (by) => make(by === config ? services : assembled(by)))
        : make(services);
    for (const [workflow, deployed] of Object.entries(WORKFLOW_FUNCTIONS))
      functions.set(
        functionArn(config.deployment, workflow),
        made((each) => deployed({ ...each, log: each.log.with({ workflow }) })),
      );
    await loadStateMachines(runner, config.deployment);
    await seedCells(services, options.cells);
    for (const { cell, host } of options.hosts) await seedHost(services, cellNamed(options.cells, cell), host);
    runner.resume();

    const { clock, bus } = platform;
    const fleet = new Fleet({ bus, clock, ids: services.ids, log: services.log, urls }, options.hosts);
    const world = new World(platform, { services, made, runner, fleet, urls, aroundBatch: options.aroundBatch });
    world.#serve('compute-task', 'task-rpc', made(taskHandler));
    world.#serve(
      'conductor',
      'object-rpc',
      made((each) => objectHandler(each, undefined)),
    );
    for (const cell of options.cells) world.serveCell(cell);
    const { roundSeconds = Math.min(60, config.serviceDownTime) } = options;
    if (roundSeconds > 0) world.#round(roundSeconds * 1000);
    await fleet.start();
    return world;
  }

  /** Starts the object functions of a cell, as its stack does. */
  serveCell(cell: Cell): void {
    this.#serve(
      cellQueue(cell.name),
      'object-rpc',
      this.#made((services) => objectHandler(services, cell)),
    );
    if (!this.services.config.directCalls) return;
    const handler = this.#made((services) => objectUrl(services, cell));
    const run = (event: Json) => this.#aroundBatch(() => handler(event), `cell-${cell.name}-url`);
    this.urls.serve(cell.name, run, (error) => this.troubles.push(error));
  }

  /** Adds a cell to a running deployment: what deploying its stack does. Its mapping is made by the operator. */
  async addCell(cell: Cell): Promise<void> {
    await this.#platform.addCell(cell.name);
    this.serveCell(cell);
  }

  #serve(queue: string, name: keyof typeof QUEUE_FUNCTIONS, deployed: QueueHandler): void {
    const handler: QueueHandler = (...invoked) => this.#aroundBatch(() => deployed(...invoked), queue);
    const context = () => lambdaContext(name, QUEUE_FUNCTIONS[name], this.clock);
    const onError = (error: unknown) => this.troubles.push(error);
    this.sources.set(queue, startEventSource({ source: this.#platform.source(queue), handler, context, onError }));
  }

  /** What the schedule has done once a minute, but for what takes servers over: tests ask for that by themselves. */
  #round(milliseconds: number): void {
    this.#nextRound = this.clock.timer(milliseconds, () => {
      this.#round(milliseconds);
      const round = this.#aroundBatch(() => this.#lookAround(), 'schedule');
      void (this.clock.track?.(round) ?? round).catch((error: unknown) => this.troubles.push(error));
    });
  }

  /** What a reload signal is to Nova's conductor: what it remembers of its computes is forgotten. */
  reset(): void {
    resetComputeCaps(this.services);
  }

  /** Ends the hosts, the functions and what they stand on. */
  async stop(): Promise<void> {
    this.#nextRound();
    await this.fleet.stop();
    await Promise.all([...this.sources.values()].map((source) => source.stop()));
    this.runner.stop();
    await this.#platform.stop();
  }
}

function cellNamed(cells: readonly Cell[], name: string): Cell {
  const cell = cells.find((each) => each.name === name);
  if (cell === undefined) throw new Error(`there is no cell ${name}`);
  return cell;
}
