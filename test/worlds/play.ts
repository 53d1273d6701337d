import { AsyncLocalStorage } from 'node:async_hooks';
import type { BuildCommand } from '#local/demo/demo-world';
import { SMALL, TINY } from '#local/demo/flavors';
import type { WireObject } from '#ports/json';
import { isoSeconds } from '#conductor/time';
import { forced } from '#records/items/service';
import { aggregateKey, API, cellTable, groupKey, groupMemberKey, MAPPINGS, serviceKey } from '#records/keys';
import { principalItem } from '#records/principals';
import { imageItem } from '#records/images';
import { reconcileInstances } from '#reconciler/reconcile';
import type { BuildWorld } from '../fixtures/build-world.ts';
import { healResizes } from '../fixtures/resized-across-cells.ts';
import { SNAPSHOT } from '../fixtures/existing-server.ts';
import { HOSTILE, hostileMessage, STRANGER } from './hostile.ts';
import type {
  EventPlan,
  FaultPlan,
  HangPlan,
  HostilePlan,
  MoveName,
  RequestPlan,
  ReturnPlan,
  WorldPlan,
} from './plan.ts';
import { hasOrphanedCopy } from './invariants.ts';
import { Moves } from './moves.ts';
import type { Users } from './users.ts';

/** Seconds of virtual time in which a world must have come to rest. */
const LIMIT = 20_000;

/** What a host is called, by its number. */
export const hostName = (at: number): string => `host${at + 1}`;

/** A plan in progress. */
export class Play {
  readonly #world: BuildWorld;
  readonly #plan: WorldPlan;
  readonly #users: Users;
  readonly #moves: Moves;
  readonly #uuids: string[] = [];
  /** Where users are, whichever function makes a call just then. */
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #doing = new Set<Promise<unknown>>();
  readonly #starting = new Set<string>();
  #groups = 0;
  #stopWatch: () => void = () => undefined;

  constructor(world: BuildWorld, plan: WorldPlan, users: Users) {
    this.#world = world;
    this.#plan = plan;
    this.#users = users;
    this.#moves = new Moves(world, users);
  }

  async run(): Promise<void> {
    this.#watch();
    await this.#zone();
    await this.#snapshot();
    await this.#registerStranger();
    const { requests, events, rough } = this.#plan;
    const start = this.#world.clock.now();
    const localControls = [
      ...requests.map((request) => ({ at: request.at, deed: () => this.#request(request) })),
      ...events.map((event) => ({ at: event.at, deed: () => this.#happen(event) })),
      ...(rough?.hangs ?? []).map((hang) => ({ at: hang.at, deed: () => this.#hang(hang) })),
      ...(rough?.returns ?? []).map((plan) => ({ at: plan.at, deed: () => this.#return(plan) })),
      ...(rough?.hostile ?? []).map((message) => ({ at: message.at, deed: () => this.#send(message) })),
    ].toSorted((a, b) => a.at - b.at);
    for (const { at, deed } of localControls) {
      await this.#world.clock.advance(start + at * 1000 - this.#world.clock.now());
      this.#begin(deed);
    }
  }

  /** Users ask for what is planned for the moment of a call. */
  atCall(where: FaultPlan['where'], call: number): void {
    for (const moment of this.#plan.rough?.moments ?? [])
      if (moment.where === where && moment.call === call)
        this.#outside(() => this.#begin(() => this.#ask(moment.server, moment.asks)));
  }

  #begin(deed: () => Promise<unknown>): void {
    const done: Promise<unknown> = deed().finally(() => this.#doing.delete(done));
    this.#doing.add(done);
  }

  /** Lets everything come to its end: users get what they asked for, and the reconciler makes its rounds. */
  async finish(): Promise<void> {
    await this.#rest();
    if ((this.#plan.rough?.refusedLaunches ?? []).length > 0) await this.#redrive();
    for (let acted = true; acted; await this.#rest()) {
      await this.#world.clock.advance(310_000);
      const { settle, relaunch, release } = await reconcileInstances(this.#world.services);
      acted = settle + relaunch + release > 0;
    }
    this.#stopWatch();
    await this.#audit();
  }

  /** An operator heals resizes across cells that have not come to their end: answers what is left of them. */
  async heal(): Promise<readonly string[]> {
    // A host that starts ends what it was at, for which time has to pass.
    for (const { host, alive } of this.#world.world.fleet.computes) if (!alive) this.#begin(() => this.#start(host));
    await this.#rest();
    const left = await healResizes(this.#world);
    await this.finish();
    // A host that has failed to delete a copy is ordered again after an hour.
    if (hasOrphanedCopy(this.#world)) await this.#world.clock.advance(3_600_000).then(() => this.finish());
    return left;
  }

  /** An operator has what has failed go on where it stood. */
  async #redrive(): Promise<void> {
    for (const { executionArn, status } of await this.#world.executions('build', 'launch'))
      if (status === 'FAILED') await this.#world.world.runner.redriveExecution({ executionArn });
    await this.#rest();
  }

  /** An operator looks after hosts once an hour. */
  #watch(): void {
    const { clock } = this.#world;
    this.#stopWatch = clock.timer(3_600_000, () => {
      this.#watch();
      void clock.track(this.#lookAfterHosts());
    });
  }

  /**
   * Where it is not known whether a host lives, since others fell silent with it, the operator goes and looks. One that is
   * down is started where servers leave their cells: an undo waits until the destination has taken its guest away.
   */
  async #lookAfterHosts(): Promise<void> {
    const { serviceGroup } = this.#world.services;
    for (const { alive, cell, host } of this.#world.world.fleet.computes) {
      if (alive || this.#starting.has(host)) continue;
      if ((await serviceGroup.verdict(cell, host)).liveness === 'unknown') await this.#say(cell, host, true);
      else if (this.#plan.crossing === true) this.#begin(() => this.#start(host));
    }
  }

  async #say(cell: string, host: string, down: boolean): Promise<void> {
    const said = { down, by: 'the operator', at: isoSeconds(this.#world.clock.now()), reason: 'went and looked' };
    const key = serviceKey(host, 'nova-compute');
    if ((await this.#world.platform.tables.get(cellTable(cell), key)) === undefined) return;
    await this.#world.platform.tables.update(cellTable(cell), key, { set: forced(said) });
  }

  /** Hosts look through what they have claimed, until they have heard all that they ask for. */
  async #audit(): Promise<void> {
    for (const compute of this.#world.world.fleet.computes) {
      const audited = (async () => {
        for (let tries = 0; tries < 5; tries += 1) {
          const heard = await compute.audit().then(
            () => true,
            () => false,
          );
          if (heard) return;
        }
      })();
      await this.#world.clock.runUntil(audited, LIMIT * 1000);
    }
  }

  async #rest(): Promise<void> {
    await this.#world.clock.runUntil(() => this.#doing.size === 0, LIMIT * 1000);
    await this.#world.end(LIMIT);
  }

  /** An operator has put hosts into a zone before. */
  async #zone(): Promise<void> {
    const hosts = this.#plan.hosts.flatMap(({ zoned }, at) => (zoned ? [hostName(at)] : []));
    const aggregate = { id: 1, uuid: 'aggregate-1', hosts, metadata: { availability_zone: 'az1' } };
    await this.#world.platform.tables.put(API, { ...aggregateKey(1), ...aggregate });
  }

  /** What shelved servers are shelved into. */
  #snapshot(): Promise<unknown> {
    return this.#world.platform.tables.put(API, imageItem(SNAPSHOT, { name: 'shelved', status: 'active' }));
  }

  /** A host of another cell, in whose name messages come that are none of its business. */
  #registerStranger(): Promise<unknown> {
    if (this.#plan.rough === undefined) return Promise.resolve();
    const stranger = principalItem({ principal: STRANGER, role: 'host', hosts: ['stranger'] });
    return this.#world.platform.tables.put(MAPPINGS, stranger);
  }

  async #request(request: RequestPlan): Promise<void> {
    const command = this.#world.request(request.count, request.large ? SMALL : TINY);
    this.#uuids.push(...command.uuids);
    await this.#world.publish(await this.#placed(command, request));
  }

  /** The command with zone and group in its specs. */
  async #placed(command: BuildCommand, { zoned, group: policy }: RequestPlan): Promise<BuildCommand> {
    const group = policy === null ? undefined : await this.#group(policy, command.uuids);
    const changes = {
      ...(zoned ? { availability_zone: 'az1' } : {}),
      ...(group ? { instance_group: group } : {}),
    };
    const request_spec = command.args.request_spec.map((spec) => ({
      ...spec,
      'nova_object.data': { ...spec['nova_object.data'], ...changes },
    }));
    return { ...command, args: { ...command.args, request_spec } };
  }

  async #group(policy: string, uuids: readonly string[]): Promise<WireObject> {
    this.#groups += 1;
    const uuid = `99999999-9999-4999-8999-${String(this.#groups).padStart(12, '0')}`;
    const { tables } = this.#world.platform;
    await tables.put(API, { ...groupKey(uuid), policies: [policy], deleted: false });
    for (const member of uuids) await tables.put(API, { ...groupMemberKey(uuid, member) });
    const data = { uuid, policy, policies: [policy], members: [...uuids], hosts: [] };
    return {
      'nova_object.name': 'InstanceGroup',
      'nova_object.namespace': 'nova',
      'nova_object.version': '1.11',
      'nova_object.data': data,
    };
  }

  async #happen(event: EventPlan): Promise<void> {
    if (event.kind === 'user deletes') return this.#ask(event.server, 'delete');
    if (event.kind === 'host of server dies') {
      const uuid = this.#uuid(event.server);
      const found = uuid === undefined ? undefined : await this.#users.find(uuid);
      const on = this.#world.world.fleet.computes.find(({ host }) => host === found?.item['host']);
      on?.die();
      return;
    }
    if (event.kind === 'user asks') return this.#ask(event.server, event.move);
    const host = hostName(event.host % this.#plan.hosts.length);
    if (event.kind === 'host dies') this.#world.world.fleet.host(host).die();
    else await this.#start(host);
  }

  /** A server by number, counted round; undefined while there is none. */
  #uuid(server: number): string | undefined {
    return this.#uuids[server % Math.max(1, this.#uuids.length)];
  }

  async #ask(server: number, what: MoveName | 'delete'): Promise<void> {
    const uuid = this.#uuid(server);
    if (uuid === undefined) return;
    // What a user was refused, the user has seen.
    if (what === 'delete') await this.#users.deleteServer(uuid);
    else await this.#moves.ask(uuid, what).catch(() => undefined);
  }

  /** A host hangs, and goes on after its time. */
  async #hang({ host, seconds }: HangPlan): Promise<void> {
    const compute = this.#world.world.fleet.host(hostName(host % this.#plan.hosts.length));
    if (!compute.alive || compute.process.isStopped) return;
    compute.process.stop();
    await this.#users.wait(seconds);
    compute.process.goOn();
  }

  /** A host is off for a while, and hangs when it has asked for its servers. */
  async #return({ host, off, seconds }: ReturnPlan): Promise<void> {
    const compute = this.#world.world.fleet.host(hostName(host % this.#plan.hosts.length));
    if (!compute.alive) return;
    compute.die();
    await this.#users.wait(off);
    const started = this.#start(compute.host);
    compute.process.stop();
    await this.#users.wait(seconds);
    compute.process.goOn();
    await started;
  }

  /** Somebody sends what nobody should. */
  async #send({ message, host, server }: HostilePlan): Promise<void> {
    const uuid = this.#uuid(server);
    const found = uuid === undefined ? undefined : await this.#users.find(uuid);
    if (found === undefined) return;
    const of = { context: this.#users.user(HOSTILE).context, instance: this.#users.instance(found.item) };
    const sent = hostileMessage(message, { ...of, host: hostName(host % this.#plan.hosts.length) });
    if (sent === undefined) return;
    const { queue, body, sender } = sent;
    await this.#world.platform.queues.send(queue, { body, attributes: { sender } });
  }

  /** A host comes back; one that cannot register, since its calls go unanswered, is started again. */
  async #start(host: string): Promise<void> {
    if (this.#starting.has(host)) return;
    this.#starting.add(host);
    await this.#say(this.#world.world.fleet.host(host).cell, host, false);
    for (let tries = 0; tries < 5 && !this.#world.world.fleet.host(host).alive; tries += 1) {
      try {
        await this.#world.world.fleet.host(host).start();
      } catch {
        await this.#users.wait(10);
      }
    }
    this.#starting.delete(host);
  }
}
