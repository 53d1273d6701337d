import { Forbidden } from '#errors';
import { difference } from '#placement/allocations';
import type { Change } from '#placement/commit';
import type { Consumer } from '#placement/consumer-item';
import type { ApiParts } from '#placement/http/call';
import { findProvider, type ProviderRecord } from '#placement/http/provider-record';
import { forbidden, type Rights } from '#placement/http/rights';
import { mergeResources } from '#placement/resources';
import type { Resources } from '#ports/placement';
import { mayWrite } from '#records/authority/conditions';
import { mayRead } from '#records/authority/rules';
import { tableOf } from '#records/cell-table';
import { computeNodeItem } from '#records/items/compute-node';
import { instanceItem } from '#records/items/instance';
import { migrationItem, migrationPointerItem } from '#records/items/migration';
import { computeNodeKey, instanceKey, migrationKey } from '#records/keys';
import type { Records } from '#records/method';
import { isFinished, migrationPointerKey } from '#records/migration-index';
import { permitted } from '#records/permission/permit';

/** What a host may do with Placement; who is no host may do everything. */
export const hostRights = (records: Records): Pick<ApiParts, 'rights'> =>
  records.hosts === undefined ? {} : { rights: new HostRights(records, records.hosts) };

/**
 * A host writes its own providers, and claims of servers that it is at work on. What is claimed on its own
 * providers it may give back whoever claims it, and it claims nothing on those of others: a move back
 * takes no more there than was held.
 */
class HostRights implements Rights {
  readonly #records: Records;
  readonly #hosts: readonly string[];

  constructor(records: Records, hosts: readonly string[]) {
    this.#records = records;
    this.#hosts = hosts;
  }

  async owns({ uuid, provider: { host } }: ProviderRecord): Promise<boolean> {
    // one that was made before its node's record was saved names no host yet
    return host === '' ? this.mayMake(uuid) : this.#hosts.includes(host);
  }

  async mayMake(uuid: string): Promise<boolean> {
    const node = await this.#records.tables.get(tableOf(this.#records), computeNodeKey(uuid));
    return node !== undefined && this.#hosts.includes(computeNodeItem(node).host ?? '');
  }

  async sees(consumer: string, held: Consumer): Promise<boolean> {
    for (const uuid of Object.keys(held.allocations)) if (await this.#ownsProvider(uuid)) return true;
    if ((await this.#instance(consumer)) === undefined) return this.#isOwnMove(consumer);
    try {
      // one that was evacuated from it too: a compute that comes back looks what is left there
      await permitted(this.#records, mayRead('instance'), () => consumer);
      return true;
    } catch (error) {
      if (error instanceof Forbidden) return false;
      throw error;
    }
  }

  async mustBeTheirs(changes: readonly Change[]): Promise<void> {
    const elsewhere = new Map<string, Resources>();
    for (const change of changes) {
      const changed = difference(change.before?.allocations ?? {}, change.after?.allocations ?? {});
      let givesBack = true;
      for (const [provider, amounts] of Object.entries(changed)) {
        const owns = await this.#ownsProvider(provider);
        if (!owns) elsewhere.set(provider, mergeResources(elsewhere.get(provider) ?? {}, amounts));
        if (!owns || Object.values(amounts).some((amount) => amount > 0)) givesBack = false;
      }
      mustKeepOwner(change);
      if (!givesBack) await this.#mustBeAtWork(change);
    }
    for (const [provider, amounts] of elsewhere)
      if (Object.values(amounts).some((amount) => amount > 0))
        throw forbidden(`nothing is claimed on resource provider ${provider} by another host`);
  }

  async #mustBeAtWork({ consumer, before, after }: Change): Promise<void> {
    const instance = await this.#instance(consumer);
    if (instance === undefined) {
      if (await this.#isOwnMove(consumer)) return;
      throw forbidden(`consumer ${consumer} is no server of this host`);
    }
    const { project_id } = instanceItem(instance);
    if (!mayWrite(instance, this.#hosts, this.#records.context.request_id))
      throw forbidden(`server ${consumer}: this host is not at work on it`);
    if (before === undefined && after !== undefined && after.owner.projectId !== project_id)
      throw forbidden(`server ${consumer} belongs to another project`);
  }

  #instance = (uuid: string) => this.#records.tables.get(tableOf(this.#records), instanceKey(uuid));

  /** Whether it is a migration under way that leads to one of the hosts, or away from it. */
  async #isOwnMove(uuid: string): Promise<boolean> {
    const { tables } = this.#records;
    const table = tableOf(this.#records);
    const found = await tables.get(table, migrationPointerKey(uuid));
    if (found === undefined) return false;
    const item = await tables.get(table, migrationKey(migrationPointerItem(found).instance_uuid, uuid));
    if (item === undefined) return false;
    const { status, source_compute: source, dest_compute: destination } = migrationItem(item);
    return !isFinished(status) && [source, destination].some((host) => host !== null && this.#hosts.includes(host));
  }

  async #ownsProvider(uuid: string): Promise<boolean> {
    const found = await findProvider(this.#records.tables, uuid);
    if (found === undefined) return false;
    const root = found.root === uuid ? found : await findProvider(this.#records.tables, found.root);
    return root !== undefined && this.owns(root);
  }
}

/** A claim stays the project's that it was made for. */
function mustKeepOwner({ consumer, before, after }: Change): void {
  if (before === undefined || after === undefined) return;
  const [was, is] = [before.owner, after.owner];
  if (was.projectId !== is.projectId || was.userId !== is.userId)
    throw forbidden(`the claims of ${consumer} belong to another project or user`);
}
