import { endResize } from '#cli/servers/end-resize';
import { migrationItem } from '#records/items/migration';
import { leaving } from '../fixtures/crossing.ts';
import { SNAPSHOT } from '../fixtures/existing-server.ts';
import { SMALL, TINY, type DemoFlavor } from '#local/demo/flavors';
import { Migration } from '#objects/migration/migration';
import { all, equals } from '#ports/conditions';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { Item } from '#ports/tables';
import { BUILD_REQUESTS, cellTable, instanceKey, requestSpecKey } from '#records/keys';
import { createMigration } from '#records/methods/migration';
import { migrationWire } from '#servers/migration-wire';
import { mapOf, plainText, textOf } from '#wire/reading';
import { changeInstance, stateAttributes } from '#servers/instance-change';
import { mustBeWire } from '#wire/wire-object';
import type { MoveName } from './plan.ts';
import type { Found, User, Users, UsersWorld } from './users.ts';

/** The image that a server is shelved into which its host keeps. */
export const KEPT_SNAPSHOT = 'a0f0c1f2-0000-4000-8000-00000000bbbb';

/** What a user's move is made with. */
interface Asked {
  readonly uuid: string;
  readonly found: Found;
  readonly user: User;
}

/** The vm_states in which Nova's API takes a request, and what its action is called. */
const TAKEN: Readonly<Record<MoveName, { readonly states: readonly string[]; readonly action: string }>> = {
  'live-migrate': { states: ['active'], action: 'live-migration' },
  migrate: { states: ['active'], action: 'migrate' },
  resize: { states: ['active'], action: 'resize' },
  'resize-across': { states: ['active'], action: 'resize' },
  confirm: { states: ['resized'], action: 'confirmResize' },
  revert: { states: ['resized'], action: 'revertResize' },
  rebuild: { states: ['active', 'error'], action: 'rebuild' },
  evacuate: { states: ['active', 'error'], action: 'evacuate' },
  shelve: { states: ['active'], action: 'shelve' },
  offload: { states: ['active'], action: 'shelve' },
  unshelve: { states: ['shelved', 'shelved_offloaded'], action: 'unshelve' },
};

/** What Nova's API does when it is asked to move a server, to rebuild or to shelve it. */
export class Moves {
  readonly #world: UsersWorld;
  readonly #users: Users;

  constructor(world: UsersWorld, users: Users) {
    this.#world = world;
    this.#users = users;
  }

  /** Asks for it, unless the server is in no state for it: Nova's API refuses that at once. */
  async ask(uuid: string, move: MoveName): Promise<void> {
    const found = await this.#users.find(uuid);
    if (found === undefined || found.cell === 'cell0') return;
    const { item } = found;
    const { states, action } = TAKEN[move];
    if (item['deleted'] === true || (item['task_state'] ?? null) !== null) return;
    if (!states.includes(plainText(item['vm_state']))) return;
    if ((move === 'confirm' || move === 'revert') && (await this.#endAcrossCells(found, uuid, move))) return;
    const user = this.#users.user(action);
    await user.begin(found.cell, uuid, action);
    await this.#do(move, { uuid, found, user });
  }

  #do(move: MoveName, asked: Asked): Promise<void> {
    switch (move) {
      case 'live-migrate':
        return this.#liveMigrate(asked);
      case 'migrate':
        return this.#resize(asked, undefined);
      case 'resize':
        return this.#resize(asked, otherSize(asked));
      case 'resize-across':
        return this.#resize(asked, otherSize(asked), this.#hostOfAnotherCell(asked));
      case 'confirm':
        return this.#end(asked, 'confirm_resize', 'source_compute', null);
      case 'revert':
        return this.#end(asked, 'revert_resize', 'dest_compute', 'resize_reverting');
      case 'rebuild':
        return this.#rebuild(asked, false);
      case 'evacuate':
        return this.#rebuild(asked, true);
      case 'shelve':
        return this.#shelve(asked, false);
      case 'offload':
        return this.#shelve(asked, true);
      case 'unshelve':
        return this.#unshelve(asked);
    }
  }

  async #liveMigrate(asked: Asked): Promise<void> {
    const instance = await this.#begin(asked, 'migrating');
    await asked.user.client.cast(
      'live_migrate_instance',
      '1.15',
      {
        instance,
        scheduler_hint: { host: null },
        block_migration: null,
        disk_over_commit: null,
        request_spec: await this.#spec(asked),
      },
      asked.user.context,
    );
  }

  /** One of the hosts that are not of the server's cell, by the server's uuid. */
  #hostOfAnotherCell({ found, uuid }: Asked): string {
    const others = this.#world.world.fleet.computes.filter(({ cell }) => cell !== found.cell);
    return others[Number.parseInt(uuid.slice(-2), 16) % Math.max(1, others.length)]?.host ?? 'nowhere';
  }

  async #resize(asked: Asked, flavor: DemoFlavor | undefined, away?: string): Promise<void> {
    const instance = await this.#begin(asked, 'resize_prep');
    const own = mustBeWire(asked.found.item['flavor'], 'the flavor');
    const size = flavor && {
      id: flavor.id,
      name: flavor.name,
      vcpus: flavor.vcpus,
      memory_mb: flavor.memoryMb,
      root_gb: flavor.rootGb,
      flavorid: String(flavor.id),
    };
    const args: JsonMap = {
      instance,
      scheduler_hint: {},
      live: false,
      rebuild: false,
      flavor: withFields(own, size ?? {}),
      block_migration: null,
      disk_over_commit: null,
      clean_shutdown: true,
      request_spec: away === undefined ? await this.#spec(asked) : withFields(await this.#spec(asked), leaving(away)),
      host_list: null,
      reservations: null,
    };
    await asked.user.client.cast('migrate_server', '1.20', args, asked.user.context);
  }

  /** Asks the conductor to end a resize across cells; false for one that its hosts end. */
  async #endAcrossCells(found: Found, uuid: string, answer: 'confirm' | 'revert'): Promise<boolean> {
    const migration = (await this.#migrations(found, uuid)).find(({ status }) => status === 'finished');
    if (migration === undefined || !migrationItem(migration).cross_cell_move) return false;
    const { clock, services, platform } = this.#world;
    const ports = { clock, ids: services.ids, tables: platform.tables, client: this.#users.user(answer).client };
    await endResize(ports, { ...found, migration }, answer);
    return true;
  }

  /** The user confirms or reverts a resize: an order to one of its hosts, which needs no conductor. */
  async #end(asked: Asked, method: string, to: string, task: string | null): Promise<void> {
    const { found, uuid, user } = asked;
    const migration = (await this.#migrations(found, uuid)).find(({ status }) => status === 'finished');
    const host = textOf(migration?.[to]);
    if (migration === undefined || host === undefined || !this.#users.isUp(host)) return;
    const instance = task === null ? this.#users.instance(found.item) : await this.#begin(asked, task);
    const wire = await migrationWire(this.#world.services, found.cell, uuid, plainText(migration['uuid']));
    const spec: JsonMap = task === null ? {} : { request_spec: await this.#spec(asked) };
    await user.order(found.cell, host, method, { instance, migration: wire, ...spec });
  }

  async #rebuild(asked: Asked, evacuated: boolean): Promise<void> {
    const { found, uuid, user } = asked;
    const host = textOf(found.item['host']);
    if (host === undefined || (await this.#users.isDown(found.cell, host)) !== evacuated) return;
    if (evacuated) this.#users.fence(host);
    const instance = await this.#begin(asked, 'rebuilding');
    if (evacuated) {
      const migration = Migration.make({ instance_uuid: uuid, migration_type: 'evacuation', status: 'accepted' });
      migration.assign('source_compute', host);
      migration.assign('source_node', found.item['node'] ?? null);
      const cell = { name: found.cell, uuid: '' };
      await createMigration({ ...this.#world.services, context: user.context, cell }, migration);
    }
    const args: JsonMap = {
      instance,
      orig_image_ref: evacuated ? null : 'a',
      image_ref: evacuated ? null : 'a',
      injected_files: evacuated ? null : [],
      new_pass: 'secret',
      orig_sys_metadata: {},
      bdms: null,
      recreate: evacuated,
      on_shared_storage: false,
      preserve_ephemeral: false,
      host: evacuated ? null : host,
      request_spec: await this.#spec(asked),
    };
    await user.client.cast('rebuild_instance', '1.24', args, user.context);
  }

  async #shelve(asked: Asked, offload: boolean): Promise<void> {
    const { found, user } = asked;
    const host = textOf(found.item['host']);
    if (host === undefined || !this.#users.isUp(host)) return;
    const instance = await this.#begin(asked, 'shelving');
    await user.order(found.cell, host, 'shelve_instance', {
      instance,
      image_id: offload ? SNAPSHOT : KEPT_SNAPSHOT,
      clean_shutdown: true,
      accel_uuids: [],
    });
  }

  async #unshelve(asked: Asked): Promise<void> {
    const instance = await this.#begin(asked, 'unshelving');
    await asked.user.client.unshelveInstance(asked.user.context, instance, await this.#spec(asked));
  }

  /** Sets the task_state, if there is none: Nova's API writes to the table itself. */
  async #begin({ found, uuid }: Asked, task_state: string): Promise<WireObject> {
    const { cell, item } = found;
    const states = { vm_state: plainText(item['vm_state']), task_state };
    const changed = await changeInstance(this.#world.services, cell, uuid, {
      set: stateAttributes(this.#world.services, uuid, states),
      condition: all(equals('task_state', null), equals('vm_state', states.vm_state)),
    });
    if (changed === undefined) throw new Error(`the server is not what it was when ${task_state} was asked for`);
    return this.#users.instance(changed);
  }

  async #spec({ uuid }: Asked): Promise<WireObject> {
    const item = await this.#world.platform.tables.get(BUILD_REQUESTS, requestSpecKey(uuid));
    return mustBeWire(item?.['spec'], 'the stored spec');
  }

  async #migrations({ cell }: Found, uuid: string): Promise<Item[]> {
    const { items } = await this.#world.platform.tables.query(cellTable(cell), {
      partition: instanceKey(uuid).pk,
      sortPrefix: 'migration#',
    });
    return items;
  }
}

const otherSize = ({ found }: Asked): DemoFlavor => (found.item['memory_mb'] === SMALL.memoryMb ? TINY : SMALL);

const withFields = (object: WireObject, fields: Record<string, Json>): WireObject => ({
  ...object,
  'nova_object.data': { ...mapOf(object['nova_object.data']), ...fields },
});
