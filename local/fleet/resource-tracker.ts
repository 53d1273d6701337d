import { newObject } from '#wire/wire';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import type { ObjectProxy } from './object-proxy.ts';
import { numberField, textField } from './order.ts';

/** What a host has to give. */
export interface Capacity {
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

/** Memory that a host keeps for itself. */
const RESERVED_MEMORY_MB = 512;

/** The record of a host's compute node, kept in step with the servers on the host. */
export class ResourceTracker {
  #node: WireObject;
  readonly #proxy: ObjectProxy;
  readonly #context: RequestContext;
  readonly #capacity: Capacity;
  readonly #instances = new Map<string, WireObject>();
  /** A counter that was there once stays, as 0. */
  readonly #counters = new Set<string>();
  #failedBuilds = 0;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(proxy: ObjectProxy, context: RequestContext, node: WireObject, capacity: Capacity) {
    this.#proxy = proxy;
    this.#context = context;
    this.#node = node;
    this.#capacity = capacity;
  }

  /** uuids of the servers on the host. */
  get instances(): string[] {
    return [...this.#instances.keys()];
  }

  /** Says what is free and used on the host just started, with the servers found on it. */
  async begin(instances: readonly WireObject[]): Promise<void> {
    for (const instance of instances) this.#instances.set(textField(instance, 'uuid'), instance);
    const stats = instances.length === 0 ? {} : { stats: this.#stats() };
    await this.#save({ metrics: '[]', ...stats });
  }

  /** Takes resources for a server. */
  async claim(instance: WireObject): Promise<void> {
    this.#instances.set(textField(instance, 'uuid'), instance);
    await this.#save({ stats: this.#stats() });
  }

  /** Gives a server's resources back; nothing happens when it has none. */
  async release(uuid: string): Promise<void> {
    if (!this.#instances.delete(uuid)) return;
    await this.#save({ stats: this.#stats() });
  }

  /** Notes how a server is by now; sent with the next save. */
  note(instance: WireObject): void {
    this.#instances.set(textField(instance, 'uuid'), instance);
  }

  /** Notes that a build went wrong; sent with the next save. */
  noteFailedBuild(): void {
    this.#failedBuilds += 1;
  }

  /** One save after the other, since each is of the whole record. */
  #save(more: JsonMap): Promise<void> {
    const saved = this.#saveAfter(this.#saving, more);
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async #saveAfter(earlier: Promise<unknown>, more: JsonMap): Promise<void> {
    await earlier;
    this.#node = await this.#proxy.action(this.#context, this.#node, 'save', { ...this.#usage(), ...more });
  }

  #usage(): JsonMap {
    const { memoryMb, diskGb } = this.#capacity;
    const sum = (...fields: string[]): number =>
      [...this.#instances.values()].reduce(
        (total, instance) => total + fields.reduce((of, field) => of + numberField(instance, field), 0),
        0,
      );
    const memory = RESERVED_MEMORY_MB + sum('memory_mb');
    const disk = sum('root_gb', 'ephemeral_gb');
    return {
      current_workload: 0,
      free_disk_gb: diskGb - disk,
      free_ram_mb: memoryMb - memory,
      local_gb_used: disk,
      memory_mb_used: memory,
      pci_device_pools: newObject('PciDevicePoolList', '1.1', { objects: [] }),
      running_vms: this.#instances.size,
      vcpus_used: sum('vcpus'),
    };
  }

  #stats(): JsonMap {
    const counts = new Map<string, number>();
    for (const instance of this.#instances.values())
      for (const counter of countersOf(instance)) counts.set(counter, (counts.get(counter) ?? 0) + 1);
    for (const counter of counts.keys()) this.#counters.add(counter);
    const building = [...this.#instances.values()].filter((instance) => textField(instance, 'vm_state') === 'building');
    return {
      failed_builds: String(this.#failedBuilds),
      num_instances: String(this.#instances.size),
      ...Object.fromEntries([...this.#counters].map((counter) => [counter, String(counts.get(counter) ?? 0)])),
      io_workload: String(building.length),
    };
  }
}

const countersOf = (instance: WireObject): string[] => [
  `num_vm_${textField(instance, 'vm_state') || 'None'}`,
  `num_task_${textField(instance, 'task_state') || 'None'}`,
  `num_os_type_${textField(instance, 'os_type') || 'None'}`,
  `num_proj_${textField(instance, 'project_id')}`,
];
