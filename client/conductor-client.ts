import { MessagingTimeout } from '#errors';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Log } from '#ports/log';
import { cellQueue } from '#ports/host-queue';
import { checkArguments } from './check-arguments.ts';
import * as messages from './compute-task-messages.ts';
import { RpcCaller, type CallerPorts, type DirectWay } from './rpc-caller.ts';
import { checkIncoming } from '#wire/incoming';
import { applyUpdates, isMap, newObject } from '#wire/wire';

/** How a client is set up. */
export interface ClientOptions {
  /** Who publishes, where queues do not say it themselves: the message attribute `sender`. */
  readonly principal?: string | undefined;
  /** Seconds that a call waits. @default 60 */
  readonly timeoutSeconds?: number | undefined;
  /** By which way calls are tried before their queue. @default none */
  readonly direct?: DirectWay | undefined;
  /** The newest compute_task version that may be sent, for instance `1.18` (Nova's upgrade_levels). */
  readonly versionCap?: string | undefined;
}

/** Where an object call goes: the conductor of that cell, or the API level's when absent. */
export interface CallTarget {
  readonly cell?: string | undefined;
}

/** Where a client reports its progress. */
export type ClientLog = Pick<Log, 'info' | 'warn'>;

/** Arguments of a resize or a cold migration. */
export type ResizeInstance = Omit<messages.MigrateServer, 'live' | 'rebuild' | 'block_migration' | 'disk_over_commit'>;

/** Arguments of a live migration. */
export type LiveMigration = Omit<messages.LiveMigrateInstance, 'scheduler_hint'> & {
  /** The destination; null for the scheduler's choice. */
  readonly host: string | null;
  /** Whether no answer is waited for. @default false */
  readonly async?: boolean;
};

/** What an object method answered: the object with its updates, and the method's result. */
export interface ObjectActionResult {
  readonly object: WireObject;
  readonly result: Json;
}

const TASK_QUEUE = 'compute-task';
const TASK_NAMESPACE = 'compute_task';
const API_QUEUE = 'conductor';

/**
 * Seconds that an object call waits, and after which it is not carried out any more: whoever made it has been answered
 * by a MessagingTimeout, and asks again.
 */
const OBJECT_SECONDS = 60;

/** Seconds that a call waits for work of a host, as Nova's long_rpc_timeout. */
const LONG_SECONDS = 1800;

/** Pings before the first of which the timeout is short (nova.conductor.api `API.wait_until_ready`). */
const EARLY_PINGS = 10;
const EARLY_PING_SECONDS = 10;

/**
 * Publishes commands to the conductor and makes object calls, as Nova's own facade does (nova.conductor.rpcapi).
 *
 * Arguments that the conductor would refuse are refused before they are sent: InvalidArguments names the first of them.
 * A call fails with the error of `#errors` that the conductor answered, RemoteError when its class is not known here,
 * or MessagingTimeout when no reply came.
 */
export class ConductorClient {
  readonly #caller: RpcCaller;
  readonly #options: ClientOptions;
  readonly #log: ClientLog | undefined;

  constructor(ports: CallerPorts & { readonly log?: ClientLog }, options: ClientOptions = {}) {
    this.#caller = new RpcCaller(ports, options);
    this.#options = options;
    this.#log = ports.log;
  }

  /** Gives up the calls in progress and deletes the reply queue. */
  close(): Promise<void> {
    return this.#caller.close();
  }

  /** Has servers scheduled and built. */
  scheduleAndBuildInstances(context: RequestContext, args: messages.ScheduleAndBuildInstances): Promise<void> {
    return this.#castTask(context, messages.scheduleAndBuildInstances(args, this.#options.versionCap));
  }

  /** Has servers of an existing record built, or rescheduled when host_lists is given. */
  buildInstances(context: RequestContext, args: messages.BuildInstances): Promise<void> {
    return this.#castTask(context, messages.buildInstances(args, this.#options.versionCap));
  }

  /** Moves a server and waits for the conductor's part in it. */
  async migrateServer(context: RequestContext, args: messages.MigrateServer): Promise<void> {
    await this.#callTask(context, messages.migrateServer(args, this.#options.versionCap));
  }

  /** Resizes or cold-migrates a server. */
  resizeInstance(context: RequestContext, args: ResizeInstance): Promise<void> {
    return this.migrateServer(context, {
      ...args,
      live: false,
      rebuild: false,
      block_migration: null,
      disk_over_commit: null,
    });
  }

  /** Live-migrates a server to a host, or to one that the scheduler chooses; `async` does not wait for an answer. */
  liveMigrateInstance(context: RequestContext, args: LiveMigration): Promise<void> {
    const { host, async = false, ...rest } = args;
    const scheduler_hint = { host };
    if (async)
      return this.#castTask(
        context,
        messages.liveMigrateInstance({ ...rest, scheduler_hint }, this.#options.versionCap),
      );
    return this.migrateServer(context, { ...rest, scheduler_hint, live: true, rebuild: false, flavor: null });
  }

  /** Brings a shelved server back. */
  unshelveInstance(
    context: RequestContext,
    instance: WireObject,
    requestSpec: WireObject | null = null,
  ): Promise<void> {
    return this.#castTask(context, messages.unshelveInstance(instance, requestSpec, this.#options.versionCap));
  }

  /** Rebuilds a server, or evacuates it (`recreate`). */
  rebuildInstance(context: RequestContext, args: messages.RebuildInstance): Promise<void> {
    return this.#castTask(context, messages.rebuildInstance(args, this.#options.versionCap));
  }

  /** Attaches a volume and answers the name of its device; waits as long as a host may take. */
  async attachVolume(context: RequestContext, args: messages.AttachVolume): Promise<string | null> {
    const message = messages.attachVolume(args, this.#options.versionCap);
    const target = { queue: TASK_QUEUE, namespace: TASK_NAMESPACE, ...message, context };
    const answer = await this.#caller.call(target, LONG_SECONDS);
    return typeof answer === 'string' ? answer : null;
  }

  /** Confirms a resize across cells; a server that is to be deleted waits for it. */
  async confirmSnapshotBasedResize(context: RequestContext, args: messages.EndCrossCellResize): Promise<void> {
    const message = messages.confirmSnapshotBasedResize(args, this.#options.versionCap);
    await this.#caller.call({ queue: TASK_QUEUE, namespace: TASK_NAMESPACE, ...message, context }, LONG_SECONDS);
  }

  /** Reverts a resize across cells. */
  revertSnapshotBasedResize(context: RequestContext, args: messages.EndCrossCellResize): Promise<void> {
    return this.#castTask(context, messages.revertSnapshotBasedResize(args, this.#options.versionCap));
  }

  /** Has the hosts of an aggregate fetch images. */
  cacheImages(context: RequestContext, args: messages.CacheImages): Promise<void> {
    return this.#castTask(context, messages.cacheImages(args, this.#options.versionCap));
  }

  /**
   * Sends any compute_task method as it is given, but for the marks that only a conductor gives itself.
   *
   * @throws ValueError for an amount that nobody can have; nothing is sent
   */
  async cast(
    method: string,
    version: string,
    args: JsonMap,
    context: RequestContext,
    uniqueId?: string,
  ): Promise<void> {
    await this.#caller.cast({
      queue: TASK_QUEUE,
      namespace: TASK_NAMESPACE,
      version,
      method,
      args: checked(method, args),
      context,
      uniqueId,
    });
  }

  /** Calls an object's remotable method and applies what it changed. */
  async objectAction(
    context: RequestContext,
    object: WireObject,
    method: string,
    kwargs: JsonMap = {},
    target: CallTarget = {},
  ): Promise<ObjectActionResult> {
    const args = { objinst: object, objmethod: method, args: [], kwargs };
    const reply = await this.#callBase(context, 'object_action', args, target);
    const [updates, result] = Array.isArray(reply) ? reply : [];
    return { object: applyUpdates(object, isMap(updates) ? updates : {}), result: result ?? null };
  }

  /** Calls a class's remotable method; `versions` are those of every type that the caller can read an answer of. */
  objectClassAction(
    context: RequestContext,
    name: string,
    method: string,
    versions: Readonly<Record<string, string>>,
    args: readonly Json[] = [],
    kwargs: JsonMap = {},
    target: CallTarget = {},
  ): Promise<Json> {
    const call = { objname: name, objmethod: method, object_versions: { ...versions }, args: [...args], kwargs };
    return this.#callBase(context, 'object_class_action_versions', call, target);
  }

  /** Has an object lowered to versions that the caller can read. */
  objectBackport(
    context: RequestContext,
    object: WireObject,
    versions: Readonly<Record<string, string>>,
  ): Promise<Json> {
    return this.#callBase(
      context,
      'object_backport_versions',
      { objinst: object, object_versions: { ...versions } },
      {},
    );
  }

  /**
   * Deletes the build request of a server that is still being scheduled: the server is then never built.
   *
   * @throws BuildRequestNotFound when it is too late, the server is in its cell
   */
  async deleteBuildRequest(context: RequestContext, uuid: string): Promise<void> {
    const request = newObject('BuildRequest', '1.3', { instance_uuid: uuid });
    await this.objectAction(context, request, 'destroy');
  }

  /** Answers the name of the service that answered, and the argument. */
  ping(context: RequestContext, arg: string, target: CallTarget = {}, timeoutSeconds?: number): Promise<Json> {
    const queue = target.cell === undefined ? API_QUEUE : cellQueue(target.cell);
    return this.#caller.call(
      { queue, namespace: 'baseapi', version: '1.0', method: 'ping', args: { arg }, context },
      timeoutSeconds,
    );
  }

  /** Pings until the conductor answers; only a timeout is tried again (nova.conductor.api `API.wait_until_ready`). */
  async waitUntilReady(context: RequestContext, target: CallTarget = {}): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.ping(context, 'are you ready', target, attempt <= EARLY_PINGS ? EARLY_PING_SECONDS : undefined);
        if (attempt > 1) this.#log?.info('connection to the conductor established', { attempts: attempt });
        return;
      } catch (error) {
        if (!(error instanceof MessagingTimeout)) throw error;
        this.#log?.warn('timed out waiting for the conductor, trying again', { attempt });
      }
    }
  }

  async #castTask(context: RequestContext, message: messages.TaskMessage): Promise<void> {
    checkArguments(message.method, message.args);
    return this.cast(message.method, message.version, message.args, context);
  }

  async #callTask(context: RequestContext, message: messages.TaskMessage): Promise<Json> {
    checkArguments(message.method, message.args);
    const { timeoutSeconds } = this.#options;
    const args = checked(message.method, message.args);
    return this.#caller.call(
      { queue: TASK_QUEUE, namespace: TASK_NAMESPACE, ...message, args, context },
      timeoutSeconds,
    );
  }

  async #callBase(context: RequestContext, method: string, given: JsonMap, target: CallTarget): Promise<Json> {
    const args = checked(method, given);
    const queue = target.cell === undefined ? API_QUEUE : cellQueue(target.cell);
    const { timeoutSeconds = OBJECT_SECONDS } = this.#options;
    return this.#caller.call({ queue, version: '3.0', method, args, context }, timeoutSeconds);
  }
}

/** The arguments as a conductor takes them; the caller keeps its own. */
function checked(method: string, given: JsonMap): JsonMap {
  const args = structuredClone(given);
  checkIncoming(args, { method, args });
  return args;
}
