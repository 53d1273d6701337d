import type { Bus, Reader, ReceivedMessage } from '#client/bus';
import { CallerClosed } from '#client/rpc-caller';
import type { Clock } from '#ports/clock';
import { hostQueue } from '#ports/host-queue';
import type { Ids } from '#ports/ids';
import type { WireObject } from '#ports/json';
import type { Log } from '#ports/log';
import { isWireObject } from '#wire/wire';
import { parseEnvelope, replyEnvelope } from '#wire/envelope';
import { MAX_PAYLOAD_BYTES } from '#wire/payload-pointer';
import { audit, cleanUpDeleted } from './audit.ts';
import { HostDied, type BuildSite } from './build-site.ts';
import { Guests } from './guests.ts';
import { diligent, dyingMoment, type BehaviourKind, type Behaviour } from './behaviour.ts';
import { ORDERS, type OrderHandler } from './orders.ts';
import { driverOf, type Driver, type DriverOptions } from './driver.ts';
import type { FunctionUrls } from './direct-way.ts';
import { attemptOf, textField, type Order } from './order.ts';
import { orderFault } from './order-fault.ts';
import { mayOrder, reportRefused } from './peers.ts';
import { InstanceLocks } from './instance-locks.ts';
import { register } from './registration.ts';
import { Stoppable } from './stoppable.ts';
import type { Capacity, ResourceTracker } from './resource-tracker.ts';

/** What a fake compute works with. */
export interface FleetPorts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Called with orders that are not carried out. @default nobody */
  readonly log?: Pick<Log, 'count' | 'warn'>;
  /** Function URLs that calls are tried by before their queues. @default none */
  readonly urls?: FunctionUrls;
}

/** A compute host to be. */
export interface ComputeOptions extends DriverOptions {
  /** @default 10 vcpus, 8192 MiB, 1028 GiB */
  readonly capacity?: Capacity;
  /** @default builds whatever it is ordered to */
  readonly behaviour?: Behaviour;
  /** Seconds between heartbeats; 0 for none. @default 10 */
  readonly heartbeatSeconds?: number;
  /** Seconds after which a shelved server is offloaded: 0 at once, -1 never. @default 0 */
  readonly shelvedOffloadTime?: 0 | -1;
  /** Called with every server that begins to run. */
  readonly onStart?: (host: string, uuid: string) => void;
  /** Further orders that it carries out, or its own way with one; an order that nothing carries out is only kept. */
  readonly orders?: Readonly<Record<string, OrderHandler>>;
}

/** Something that went wrong on a host. */
export interface Trouble {
  readonly what: string;
  readonly error: Error;
  /** uuid of the server that an order was about. */
  readonly instance?: string;
}

const DEFAULT_CAPACITY: Capacity = { vcpus: 10, memoryMb: 8192, diskGb: 1028 };
/** A host from its start to its end; a host that comes back begins another. */
interface Life extends Driver {
  /** `_unique_id`s of orders taken: kept in memory, as oslo.messaging keeps them. */
  readonly seen: Set<string>;
  readonly alive: () => boolean;
  readonly locks: InstanceLocks;
  /** Wake those who sleep, to find the host dead. */
  readonly sleepers: Set<() => void>;
  service: WireObject;
  tracker: ResourceTracker;
  reader: Reader | undefined;
  stopHeartbeat: () => void;
}

/**
 * A compute host without a hypervisor: it registers, heartbeats, takes orders from its queue and reports to the
 * conductor of its cell, all by messages, under the principal `host:<host>`.
 */
export class FakeCompute {
  readonly host: string;
  readonly cell: string;
  readonly queue: string;
  /** Orders in the order in which they came, repeats left out. */
  readonly received: Order[] = [];
  /** Orders that came again. */
  readonly repeated: Order[] = [];
  /** Methods that other hosts ordered and may not order. */
  readonly refused: string[] = [];
  /** What a nova-compute would have had against orders, which were not carried out. */
  readonly misunderstood: string[] = [];
  readonly troubles: Trouble[] = [];
  readonly guests: Guests;
  readonly #ports: FleetPorts;
  readonly #options: ComputeOptions;
  readonly #working = new Set<Promise<void>>();
  /** It can be stopped, and go on with what it was at and what it knew. */
  readonly process = new Stoppable();
  #life: Life | undefined;

  constructor(ports: FleetPorts, options: ComputeOptions) {
    this.host = options.host;
    this.cell = options.cell;
    this.queue = hostQueue(options.cell, options.host);
    this.guests = new Guests(options.host, options.onStart);
    this.#ports = { ...ports, bus: this.process.bus(ports.bus), clock: this.process.clock(ports.clock) };
    this.#options = options;
  }

  get alive(): boolean {
    return this.#life !== undefined;
  }

  /** uuids of the servers that hold resources of the host. */
  get instances(): string[] {
    return this.#life?.tracker.instances ?? [];
  }

  /** Registers and begins to work; for a host that died, comes back. */
  async start(): Promise<void> {
    if (this.#life !== undefined) return;
    await this.#ports.bus.createQueue(this.queue);
    const { life, running } = await this.#register();
    this.#life = life;
    for (const uuid of running) this.guests.start(uuid);
    if ((this.#options.heartbeatSeconds ?? 10) > 0) await this.#heartbeat(life);
    if (life.alive()) life.reader = this.#ports.bus.read(this.queue, (message) => this.#take(life, message));
  }

  /** Stops at once without a word: no more heartbeats, no orders taken, work in progress left as it is. */
  die(): void {
    void this.#end();
  }

  /** Ends and waits until nothing of it is at work any more. */
  async stop(): Promise<void> {
    await this.#end();
    await this.idle();
  }

  /** Looks through what it has claimed, as a nova-compute does once a minute. */
  async audit(): Promise<void> {
    if (this.#life === undefined) return;
    const { proxy, context, tracker } = this.#life;
    await audit({ host: this.host, proxy, context, tracker });
  }

  /** Does away with guests whose servers are deleted (ComputeManager `_cleanup_running_deleted_instances`). */
  async cleanUpDeleted(): Promise<void> {
    if (this.#life !== undefined) await cleanUpDeleted({ ...this.#life, guests: this.guests });
  }

  /** Resolves when no order is being carried out. */
  async idle(): Promise<void> {
    while (this.#working.size > 0) await Promise.all(this.#working);
  }

  async #register(): Promise<{ readonly life: Life; readonly running: readonly string[] }> {
    const { clock } = this.#ports;
    const { capacity = DEFAULT_CAPACITY, host } = this.#options;
    const { caller, proxy, context } = driverOf(this.#ports, this.#options);
    const trouble = (what: string, error: unknown): void => this.#trouble(what, error);
    try {
      const { running, ...registered } = await register({ host, capacity, proxy, clock, context, trouble });
      const life: Life = {
        caller,
        proxy,
        context,
        ...registered,
        seen: new Set(),
        locks: new InstanceLocks(),
        sleepers: new Set(),
        alive: () => this.#life === life,
        reader: undefined,
        stopHeartbeat: () => {},
      };
      return { life, running };
    } catch (error) {
      await caller.close();
      throw error;
    }
  }

  async #end(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    this.guests.stopAll();
    this.process.goOn();
    if (life === undefined) return;
    life.stopHeartbeat();
    for (const wake of life.sleepers) wake();
    await Promise.all([life.reader?.stop(), life.caller.close()]);
  }

  async #heartbeat(life: Life): Promise<void> {
    try {
      const { report_count: count } = life.service['nova_object.data'];
      const fields = { report_count: (typeof count === 'number' ? count : 0) + 1 };
      life.service = await life.proxy.action(life.context, life.service, 'save', fields);
    } catch (error) {
      this.#trouble('heartbeat', error);
    }
    if (!life.alive()) return;
    const milliseconds = (this.#options.heartbeatSeconds ?? 10) * 1000;
    life.stopHeartbeat = this.#ports.clock.timer(milliseconds, () => void this.#heartbeat(life));
  }

  /** Takes an order from the queue; it is carried out after it has been acknowledged, as oslo.messaging does. */
  async #take(life: Life, message: ReceivedMessage): Promise<void> {
    if (!life.alive()) throw new HostDied(this.host);
    const request = parseEnvelope(message.body, MAX_PAYLOAD_BYTES);
    if (request.kind === 'reply') return;
    if (!(await mayOrder(life, message, request, this.host))) {
      this.refused.push(request.method);
      reportRefused(this.#ports, message, request.method, this.host);
      return;
    }
    const fault = orderFault(request);
    if (fault !== undefined) {
      this.misunderstood.push(fault);
      return;
    }
    const order: Order = { ...request, host: this.host, receivedAt: this.#ports.clock.now() };
    if (order.uniqueId !== undefined && life.seen.has(order.uniqueId)) {
      this.repeated.push(order);
      return;
    }
    const kind = (this.#options.behaviour ?? diligent)(order, attemptOf(order));
    const moment = dyingMoment(kind);
    if (moment === 'before-read') this.#die(moment);
    if (order.uniqueId !== undefined) life.seen.add(order.uniqueId);
    this.received.push(order);
    if (moment === 'after-read') {
      this.die();
      return;
    }
    const work = this.#carryOut(life, order, kind).finally(() => this.#working.delete(work));
    this.#working.add(work);
  }

  async #carryOut(life: Life, order: Order, kind: BehaviourKind): Promise<void> {
    const handler = { ...ORDERS, ...this.#options.orders }[order.method];
    const { instance } = order.args;
    const uuid = isWireObject(instance) ? textField(instance, 'uuid') : undefined;
    try {
      await life.locks.run(order.method, uuid, async () => handler?.(this.#site(life), order, kind));
    } catch (error) {
      this.#trouble(order.method, error, uuid);
    }
  }

  #site(life: Life): BuildSite {
    const { caller, proxy, tracker } = life;
    return {
      host: this.host,
      cell: this.cell,
      caller,
      clock: this.#ports.clock,
      proxy,
      tracker,
      guests: this.guests,
      shelvedOffloadTime: this.#options.shelvedOffloadTime ?? 0,
      sleep: async (milliseconds) => {
        await this.#sleep(life, milliseconds);
        if (!life.alive()) throw new HostDied(this.host);
      },
      die: (moment) => this.#die(moment),
      answer: async ({ reply }, result, failure) => {
        if (reply === undefined || !life.alive()) return;
        const body = replyEnvelope(reply.messageId, `${reply.messageId}-answer`, result, failure);
        await this.#ports.bus.send(reply.queue, { body, attributes: { sender: `host:${this.host}` } });
      },
      trouble: (what, error) => this.#trouble(what, error),
    };
  }

  async #sleep(life: Life, milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        cancel();
        life.sleepers.delete(wake);
        resolve();
      };
      const cancel = this.#ports.clock.timer(milliseconds, wake);
      life.sleepers.add(wake);
    });
  }

  #die(moment: string): never {
    this.die();
    throw new HostDied(`${this.host} died ${moment}`);
  }

  #trouble(what: string, error: unknown, instance?: string): void {
    if (error instanceof HostDied || error instanceof CallerClosed) return;
    const trouble = { what, error: error instanceof Error ? error : new Error(String(error)) };
    this.troubles.push(instance === undefined ? trouble : { ...trouble, instance });
  }
}
