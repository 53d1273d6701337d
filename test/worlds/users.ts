import { ConductorClient } from '#client';
import { RpcCaller } from '#client/rpc-caller';
import { BuildRequestNotFound, InstanceNotFound } from '#errors';
import { hostQueue } from '#ports/host-queue';
import type { RequestContext } from '#ports/context';
import type { Item } from '#ports/tables';
import { setFields } from '#client/wire';
import { startAction } from '#records/instance-action';
import { instanceOf } from '#records/instance-item';
import { BUILD_REQUESTS, buildRequestKey, cellTable, instanceKey, instanceMappingKey, MAPPINGS } from '#records/keys';
import { textOf } from '#records/reading';
import type { BuildWorld } from '../fixtures/build-world.ts';

/** What Nova's API has loaded of an Instance when it casts. */
const SENT = ['metadata', 'system_metadata', 'info_cache', 'security_groups', 'flavor'];

/** Seconds after which a user asks again for what has not come about. */
const PATIENCE = 120;

/** Times that a user asks. */
const MOST = 12;

/** A server where it lies. */
export interface Found {
  readonly cell: string;
  readonly item: Item;
}

/** What Nova's API does for its users beside publishing their requests. */
export class Users {
  readonly client: ConductorClient;
  readonly context: RequestContext;
  readonly #world: BuildWorld;
  readonly #caller: RpcCaller;

  constructor(world: BuildWorld) {
    const ports = { bus: world.world.bus, clock: world.clock, ids: world.services.ids };
    this.#world = world;
    this.client = new ConductorClient(ports);
    this.#caller = new RpcCaller(ports);
    this.context = world.request().context;
  }

  /** Deletes a server, and asks again until it is gone; one that lies in cell0 has no queue that it could be reached by. */
  async deleteServer(uuid: string): Promise<void> {
    for (let asked = 0; asked < MOST; asked += 1) {
      try {
        if (await this.#tryToDelete(uuid)) return;
      } catch {
        // It is asked again.
      }
      await this.wait(PATIENCE);
    }
  }

  /** The server's record, deleted or not, where its mapping says that it lies. */
  async find(uuid: string): Promise<Found | undefined> {
    const { tables } = this.#world.ground;
    const mapping = await tables.get(MAPPINGS, instanceMappingKey(uuid));
    const cell = textOf(mapping?.['cell']);
    const item = cell === undefined ? undefined : await tables.get(cellTable(cell), instanceKey(uuid));
    return cell === undefined || item === undefined ? undefined : { cell, item };
  }

  wait(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#world.clock.timer(seconds * 1000, resolve);
    });
  }

  async #tryToDelete(uuid: string): Promise<boolean> {
    if ((await this.#world.ground.tables.get(BUILD_REQUESTS, buildRequestKey(uuid))) !== undefined) {
      try {
        await this.client.deleteBuildRequest(this.context, uuid);
        return true;
      } catch (error) {
        if (!(error instanceof BuildRequestNotFound)) throw error;
      }
    }
    const found = await this.find(uuid);
    if (found === undefined) return false;
    const { cell, item } = found;
    if (item['deleted'] === true || cell === 'cell0') return true;
    const instance = instanceOf(item, SENT).toPrimitive();
    const host = textOf(item['host']);
    const alive = this.#world.world.fleet.computes.some((compute) => compute.host === host && compute.alive);
    try {
      if (host === undefined || !alive) {
        await this.client.objectAction(this.context, instance, 'destroy', {}, { cell });
        return true;
      }
      await this.#begin(cell, uuid, 'delete');
      const deleting = setFields(instance, { task_state: 'deleting' });
      const { object } = await this.client.objectAction(this.context, deleting, 'save', {}, { cell });
      await this.order(cell, host, 'terminate_instance', { instance: object, bdms: null });
      return false;
    } catch (error) {
      if (error instanceof InstanceNotFound) return true;
      throw error;
    }
  }

  /** Begins an action of the server, if this user has not begun one before. */
  async #begin(cell: string, uuid: string, action: string): Promise<void> {
    const { services } = this.#world;
    await startAction({ ...services, context: this.context, cell: { name: cell, uuid: '' } }, uuid, action);
  }

  /** Gives a host an order, as Nova's API does. */
  order(cell: string, host: string, method: string, args: Parameters<RpcCaller['cast']>[0]['args']): Promise<void> {
    return this.#caller.cast({ queue: hostQueue(cell, host), version: '6.0', method, args, context: this.context });
  }
}
