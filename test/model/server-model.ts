import { MemoryLog } from '#local/emulation/memory-log';
import { MemoryTables } from '#adapters/memory/tables';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { InstanceInvalidState, InstanceNotFound, NovaError, OperationBusy } from '#errors';
import { acquire, owners, release, updateOwned, type Ownership } from '#operations/own-operation';
import { registerToken } from '#operations/register-token';
import { settle, settleMigration } from '#operations/settle';
import type { Executions } from '#ports/executions';
import { equals, exists, all } from '#ports/conditions';
import { TableThrottled, TransactionConflict, type Attributes, type Item, type Tables } from '#ports/tables';
import type { AnyObject } from '#objects/versioned/any-object';
import { destroyInstance } from '#records/instance-destroy';
import { instanceOf } from '#records/instance-item';
import { cellTable, instanceKey } from '#records/keys';
import { saveInstance } from '#records/methods/instance-save';
import type { Operation } from '#records/operation';

import { plainText } from '#wire/reading';
import { recordsOn, storedInstance, UUID } from '../fixtures/records.ts';
import { watchingAll } from '../fixtures/watching.ts';
import type { Actor, Model, Schedule } from './explore.ts';

const TABLE = cellTable('cell1');
const KEY = instanceKey(UUID);
const CELL = { name: 'cell1', uuid: 'c-1' };

/** The functions that the model drives: a test hands a broken one in to see that the model finds it. */
export interface Parts {
  readonly acquire: typeof acquire;
  readonly register: typeof registerToken;
  readonly settle: typeof settle;
  readonly settleMigration: typeof settleMigration;
  readonly destroy: typeof destroyInstance;
}

export const REAL: Parts = { acquire, register: registerToken, settle, settleMigration, destroy: destroyInstance };

/** How a request ended. */
type Outcome = 'done' | 'error' | 'deleted' | 'refused' | 'taken-over';

/** One server, and what everybody at work on it shares. */
export class ServerModel implements Model {
  readonly outcomes = new Map<string, Outcome>();
  readonly #tables: MemoryTables;
  readonly #running = new Set<string>();
  readonly #answered = new Map<string, string>();
  readonly #ordered = new Set<string>();
  readonly #parts: Parts;
  readonly #ends: ((item: Item, model: ServerModel) => string[])[] = [];
  readonly #checks: (() => string[])[] = [];
  #changes = 0;

  private constructor(tables: MemoryTables, parts: Parts) {
    this.#tables = tables;
    this.#parts = parts;
  }

  /** A server on host1, in these states. */
  static async make(parts: Parts, fields: Attributes): Promise<ServerModel> {
    const tables = new MemoryTables();
    await storedInstance(recordsOn(tables), { host: 'host1' });
    await tables.update(TABLE, KEY, { set: { 'op:had:host1': true, ...fields } });
    return new ServerModel(tables, parts);
  }

  get item(): Item {
    const [item] = this.#tables.dump()[TABLE]?.filter(({ sk }) => sk === 'instance') ?? [];
    if (item === undefined) throw new Error('the server has vanished');
    return item;
  }

  /** What must hold in the end besides. */
  andInTheEnd(holds: (item: Item, model: ServerModel) => string[]): this {
    this.#ends.push(holds);
    return this;
  }

  /** What must hold when a request ends. */
  whenEnded(name: string, holds: (item: Item) => string[]): this {
    this.#checks.push(() => (this.outcomes.has(name) ? holds(this.item) : []));
    return this;
  }

  state(): string {
    return JSON.stringify([this.#tables.dump(), [...this.#running], [...this.#answered], [...this.#ordered]]);
  }

  always(): string[] {
    const owning = owners.filter((owner) => this.#running.has(plainText(this.item[owner])));
    const one = owning.length > 1 ? [`the server has ${owning.length} owners`] : [];
    return [...one, ...this.#checks.flatMap((check) => check())];
  }

  inTheEnd(): string[] {
    const { item } = this;
    const left = owners.filter((owner) => (item[owner] ?? null) !== null).map((owner) => `${owner} is left`);
    const free = item['deleted'] === true || (item['task_state'] ?? null) === null;
    const task = free ? [] : [`the server is left in ${plainText(item['task_state'])}`];
    return [...left, ...task, ...this.#ends.flatMap((holds) => holds(item, this))];
  }

  /** The tables as an actor reaches them. */
  #ports(actor: Actor) {
    const tables: Tables = watchingAll<Tables>(this.#tables, (method, _args, run) =>
      actor.call(method, () => {
        this.#changes += 1;
        return run();
      }),
    );
    const executions: Executions = {
      start: () => Promise.reject(new Error('nothing is started')),
      status: async (_workflow, name) => (this.#running.has(name) ? 'RUNNING' : 'SUCCEEDED'),
      succeed: async (token, { outcome }) => {
        this.#changes += 1;
        this.#answered.set(token, plainText(outcome));
      },
      fail: () => Promise.reject(new Error('nothing fails')),
    };
    return { clock: new VirtualClock(0), tables, executions, log: new MemoryLog() };
  }

  /** A request on the server: owns it, has its order carried out, and ends. `hosts` may write from the order on. */
  request(
    schedule: Schedule,
    operation: Operation,
    name: string,
    order: { readonly hosts: readonly string[]; readonly set?: Attributes; readonly task: string },
  ): this {
    this.#running.add(name);
    schedule.actor(name, async (actor) => {
      const ports = this.#ports(actor);
      const ownership: Ownership = { operation, cell: CELL, uuid: UUID, execution: name };
      const outcome = await this.#owned(actor, ownership, async () => {
        const token = `token-${name}`;
        if (order.set !== undefined) await again(() => updateOwned(ports, ownership, order.set ?? {}));
        const begins = { set: {}, condition: equals('task_state', order.task) };
        const wait = { operation, cell: 'cell1', uuid: UUID, execution: name, token, attempt: 1, hosts: order.hosts };
        const registered = await again(() => this.#parts.register(ports, { ...wait, begins }));
        if (registered.kind === 'refused') return 'error';
        this.#ordered.add(name);
        await actor.until(`the end of ${token}`, () => this.#answered.has(token));
        return outcomeOf(this.#answered.get(token));
      });
      await again(() => release(ports, ownership));
      this.#running.delete(name);
      this.#changes += 1;
      this.outcomes.set(name, outcome);
    });
    return this;
  }

  async #owned(actor: Actor, ownership: Ownership, work: () => Promise<Outcome>): Promise<Outcome> {
    for (;;) {
      try {
        await again(() => this.#parts.acquire(this.#ports(actor), ownership));
        return await work();
      } catch (error) {
        if (error instanceof InstanceNotFound) return 'deleted';
        if (error instanceof InstanceInvalidState) return 'refused';
        if (!(error instanceof OperationBusy)) throw error;
        const since = this.#changes;
        await actor.until('its turn', () => this.#changes !== since);
      }
    }
  }

  /** A host that saves the server once a request has ordered it to, in the order of the saves. */
  host(schedule: Schedule, host: string, request: string, saves: readonly Attributes[]): this {
    schedule.actor(`${host} for ${request}`, async (actor) => {
      await actor.until(`the order of ${request}`, () => this.#ordered.has(request) || this.outcomes.has(request));
      if (!this.#ordered.has(request)) return;
      for (const fields of saves) if (!(await this.#save(actor, host, fields))) return;
    });
    return this;
  }

  /** A host reports that a migration has come to a status, once the server is as it must be for that. */
  migrates(
    schedule: Schedule,
    { host, type, status, once }: { host: string; type: string; status: string; once: (item: Item) => boolean },
  ): this {
    schedule.actor(`${host} ends the migration`, async (actor) => {
      const over = (): boolean => this.item['deleted'] === true || this.#running.size === 0;
      await actor.until('the arrival', () => once(this.item) || over());
      if (over()) return;
      const migration: Item = {
        ...KEY,
        sk: 'migration#m',
        uuid: 'm',
        instance_uuid: UUID,
        migration_type: type,
        status,
      };
      await again(() => this.#parts.settleMigration(this.#ports(actor), TABLE, migration));
    });
    return this;
  }

  /** Saves as a host does, and settles what waits; false when the save was refused. */
  async #save(actor: Actor, host: string | undefined, fields: Attributes, expected?: string): Promise<boolean> {
    const ports = this.#ports(actor);
    const sent: AnyObject = instanceOf(this.item, []);
    sent.resetChanges();
    for (const [name, value] of Object.entries(fields)) sent.assign(name, value);
    const written: Item[] = [];
    const records = {
      ...recordsOn(ports.tables),
      ...(host === undefined ? {} : { hosts: [host] }),
      written: (item: Item) => written.push(item),
    };
    try {
      await again(() => saveInstance(records, sent, expected === undefined ? {} : { expected_task_state: expected }));
    } catch (error) {
      if (error instanceof NovaError) return false;
      throw error;
    }
    const last = written.at(-1);
    if (last !== undefined) await again(() => this.#parts.settle(ports, last));
    return true;
  }

  /** A user whose request the API lets in once the server has no task. */
  async ask(actor: Actor, task_state: string): Promise<boolean> {
    const free = (): boolean => (this.item['task_state'] ?? null) === null || this.item['deleted'] === true;
    await actor.until('the server to be free', free);
    const condition = all(exists, equals('deleted', false), equals('task_state', null));
    try {
      await this.#tables.update(TABLE, KEY, { set: { task_state } }, condition);
    } catch {
      return false;
    }
    this.#changes += 1;
    return true;
  }

  /** The same, followed by what it asks for. */
  asks(schedule: Schedule, task_state: string, then: () => void): this {
    schedule.actor(`the user who asks for ${task_state}`, async (actor) => {
      if (await this.ask(actor, task_state)) then();
    });
    return this;
  }

  /** A user deletes the server, by an order to a host that has had it. */
  deletes(schedule: Schedule, host: string): this {
    schedule.actor('the user who deletes', async (actor) => {
      const ports = this.#ports(actor);
      if (!(await this.#save(actor, undefined, { task_state: 'deleting' }))) return;
      const written: Item[] = [];
      const records = { ...recordsOn(ports.tables), hosts: [host], written: (item: Item) => written.push(item) };
      try {
        await again(() => this.#parts.destroy({ ...records, writer: 'destroy' }, instanceOf(this.item, [])));
      } catch (error) {
        if (!(error instanceof NovaError)) throw error;
      }
      const last = written.at(-1);
      if (last !== undefined) await again(() => this.#parts.settle(ports, last));
    });
    return this.andInTheEnd((item) => (item['deleted'] === true ? [] : ['the deletion was lost']));
  }
}

/** A step that is tried again for as long as it fails for a passing reason. */
async function again<T>(step: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof TableThrottled || error instanceof TransactionConflict)) throw error;
    }
  }
}

const outcomeOf = (text: string | undefined): Outcome =>
  text === 'done' || text === 'deleted' || text === 'taken-over' ? text : 'error';
