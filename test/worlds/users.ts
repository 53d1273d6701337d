import { ConductorClient } from '#client';
import { RpcCaller } from '#client/rpc-caller';
import { setFields } from '#wire/wire';
import { BuildRequestNotFound, InstanceNotFound, MessagingTimeout } from '#errors';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import { hostQueue } from '#ports/host-queue';
import type { JsonMap, WireObject } from '#ports/json';
import type { Item, Tables } from '#ports/tables';
import { startAction } from '#records/methods/instance-action';
import { instanceOf } from '#records/instance-item';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { textOf } from '#wire/reading';
import type { BuildWorld } from '../fixtures/build-world.ts';

/** What Nova's API has loaded of an Instance when it casts. */
const SENT = ['metadata', 'system_metadata', 'info_cache', 'security_groups', 'flavor', 'numa_topology'];

/** Seconds after which a user asks again for what has not come about. */
const WAIT_SECONDS = 120;

/** Times that a user looks. */
const MOST = 12;

/**
 * Times that a user asks: through two outages of forty minutes, one after the other. Each
 * time a call is waited for as well.
 */
const ASKED = 40;

/** A server where it lies. */
export interface Found {
  readonly cell: string;
  readonly item: Item;
}

/** One request of a user, and what it is made with. */
export interface User {
  readonly client: ConductorClient;
  readonly context: RequestContext;
  /** Begins the request's action of a server. */
  begin(cell: string, uuid: string, action: string): Promise<unknown>;
  /** Gives a host an order. */
  order(cell: string, host: string, method: string, args: JsonMap): Promise<void>;
}

/** How users are. */
interface UsersOptions {
  readonly askOnce?: boolean | undefined;
  /** Seconds after which they look, and ask, again. */
  readonly waitSeconds?: number;
}

/** What users reach of a world, in memory or on emulators. */
export interface UsersWorld extends Pick<BuildWorld, 'request' | 'services' | 'world'> {
  readonly clock: Clock;
  readonly platform: { readonly tables: Tables };
}

/** What Nova's API does for its users beside publishing their requests. */
export class Users {
  readonly #world: UsersWorld;
  readonly #client: ConductorClient;
  readonly #caller: RpcCaller;
  readonly #context: RequestContext;
  readonly #askOnce: boolean;
  readonly #waitSeconds: number;
  /** Servers whose deletion was taken: no error was answered. */
  readonly #deleting = new Set<string>();
  #requests = 0;

  /** Users ask again for a deletion until the server is gone, or those who are to ask once until it was taken. */
  constructor(world: UsersWorld, { askOnce = false, waitSeconds = WAIT_SECONDS }: UsersOptions = {}) {
    this.#waitSeconds = waitSeconds;
    this.#askOnce = askOnce;
    const ports = { bus: world.world.bus, clock: world.clock, ids: world.services.ids };
    this.#world = world;
    this.#client = new ConductorClient(ports);
    this.#caller = new RpcCaller(ports);
    this.#context = world.request().context;
  }

  /** A request of its own. */
  user(what: string): User {
    this.#requests += 1;
    const context = { ...this.#context, request_id: `req-${what}-${this.#requests}` };
    const { services } = this.#world;
    return {
      client: this.#client,
      context,
      begin: (cell, uuid, action) =>
        startAction({ ...services, context, cell: { name: cell, uuid: '' } }, uuid, action),
      order: (cell, host, method, args) =>
        this.#caller.cast({ queue: hostQueue(cell, host), version: '6.0', method, args, context }),
    };
  }

  /** Ends the poll of answers. */
  close(): Promise<void> {
    return this.#client.close();
  }

  /**
   * Deletes a server, and asks again, as often as users do; one that lies in cell0 has no
   * queue that it could be reached by.
   */
  async deleteServer(uuid: string): Promise<void> {
    for (let asked = 0; asked < ASKED; asked += 1) {
      try {
        const given = this.#givenUp(uuid);
        const gone = await this.#tryToDelete(uuid);
        this.#deleting.add(uuid);
        if (gone || (this.#askOnce && !(await this.#isGivenUp(uuid, given)))) return;
      } catch {
        // The user got the error; it is asked again.
      }
      await this.wait(this.#waitSeconds);
    }
  }

  /** Deletions of a server that hosts gave up, as a nova-compute does whose call to the conductor has timed out. */
  #givenUp(uuid: string): number {
    return this.#world.world.fleet.computes
      .flatMap(({ troubles }) => troubles)
      .filter(
        ({ what, instance: server, error }) =>
          what === 'terminate_instance' && server === uuid && error instanceof MessagingTimeout,
      ).length;
  }

  /** Whether a host gives a deletion up, after so many before, rather than the server goes or waits for its host. */
  async #isGivenUp(uuid: string, before: number): Promise<boolean> {
    for (let looked = 0; looked < MOST; looked += 1) {
      const found = await this.find(uuid);
      if (found === undefined || found.item['deleted'] === true || this.#waitsForItsHost(found.item)) return false;
      if (this.#givenUp(uuid) > before) return true;
      await this.wait(this.#waitSeconds);
    }
    return false;
  }

  /**
   * Servers that are still there although their deletion was taken. One whose host is down is deleted when the host
   * comes back, and one in cell0 has no queue that it could be reached by.
   */
  async lostDeletions(): Promise<string[]> {
    const lost: string[] = [];
    for (const uuid of this.#deleting) {
      const found = await this.find(uuid);
      if (found === undefined || found.item['deleted'] === true || found.cell === 'cell0') continue;
      const { vm_state, task_state = null } = found.item;
      if (!this.#waitsForItsHost(found.item))
        lost.push(`${uuid} is still ${JSON.stringify([vm_state, task_state])}: its deletion was lost`);
    }
    return lost;
  }

  /** Servers whose deletion waits for a host that is down. */
  async waitingDeletions(): Promise<string[]> {
    const found = await Promise.all([...this.#deleting].map(async (uuid) => ({ uuid, found: await this.find(uuid) })));
    return found.flatMap(({ uuid, found: at }) => (at !== undefined && this.#waitsForItsHost(at.item) ? [uuid] : []));
  }

  #waitsForItsHost({ vm_state, task_state = null, host = null }: Item): boolean {
    return (task_state === 'deleting' || vm_state === 'deleted') && typeof host === 'string' && !this.isUp(host);
  }

  /** The server's record, deleted or not, where its mapping says that it lies. */
  async find(uuid: string): Promise<Found | undefined> {
    const { tables } = this.#world.platform;
    const mapping = await tables.get(MAPPINGS, instanceMappingKey(uuid));
    const cell = textOf(mapping?.['cell']);
    const item = cell === undefined ? undefined : await tables.get(cellTable(cell), instanceKey(uuid));
    return cell === undefined || item === undefined ? undefined : { cell, item };
  }

  /** The server as the API sends it. */
  instance(item: Item): WireObject {
    return instanceOf(
      item,
      SENT.filter((name) => name !== 'flavor' || item['flavor'] !== null),
    ).toPrimitive();
  }

  /** Whether a host lives. */
  isUp(host: string): boolean {
    return this.#world.world.fleet.computes.some((compute) => compute.host === host && compute.alive);
  }

  /** Switches off a host that hangs: who evacuates from it has made sure that it does not go on. */
  fence(name: string): void {
    for (const compute of this.#world.world.fleet.computes)
      if (compute.host === name && compute.process.isStopped) compute.die();
  }

  /** Whether everybody thinks so by now that a host is dead. */
  async isDown(cell: string, host: string): Promise<boolean> {
    return (await this.#world.services.serviceGroup.verdict(cell, host)).liveness === 'down';
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#world.clock.timer(seconds * 1000, resolve);
    });
  }

  async #tryToDelete(uuid: string): Promise<boolean> {
    const user = this.user('delete');
    if ((await this.#world.platform.tables.get(BUILD_REQUESTS, buildRequestKey(uuid))) !== undefined) {
      try {
        await user.client.deleteBuildRequest(user.context, uuid);
        return true;
      } catch (error) {
        if (!(error instanceof BuildRequestNotFound)) throw error;
      }
    }
    const found = await this.find(uuid);
    if (found === undefined) throw new InstanceNotFound({ instance_id: uuid });
    const { cell, item } = found;
    if (item['deleted'] === true || cell === 'cell0') return true;
    return this.#deleteRecorded(user, uuid, found);
  }

  async #deleteRecorded(user: User, uuid: string, { cell, item }: Found): Promise<boolean> {
    const instance = this.instance(item);
    const host = textOf(item['host']);
    try {
      if (host === undefined || !this.isUp(host)) {
        await user.client.objectAction(user.context, instance, 'destroy', {}, { cell });
        return true;
      }
      await user.begin(cell, uuid, 'delete');
      const deleting = setFields(instance, { task_state: 'deleting' });
      const { object } = await user.client.objectAction(user.context, deleting, 'save', {}, { cell });
      await user.order(cell, host, 'terminate_instance', { instance: object, bdms: null });
      return false;
    } catch (error) {
      if (error instanceof InstanceNotFound) return true;
      throw error;
    }
  }
}
