/**
 * Orders of which a nova-compute carries out one at a time for each server:
 * `synchronized(instance.uuid)` in ComputeManager.
 */
const LOCKED: ReadonlySet<string> = new Set([
  'attach_volume',
  'build_and_run_instance',
  'confirm_resize',
  'reserve_block_device_name',
  'shelve_instance',
  'terminate_instance',
  'unshelve_instance',
]);

/** The locks that a process holds, one for each server. */
export class InstanceLocks {
  readonly #held = new Map<string, Promise<void>>();

  /** Does the work of an order, after that of others of its server where its method asks for that. */
  async run(method: string, uuid: string | undefined, work: () => Promise<void>): Promise<void> {
    if (uuid === undefined || !LOCKED.has(method)) return work();
    const before = this.#held.get(uuid);
    const done = before === undefined ? work() : before.then(work);
    const held = done.catch(() => undefined);
    this.#held.set(uuid, held);
    try {
      await done;
    } finally {
      if (this.#held.get(uuid) === held) this.#held.delete(uuid);
    }
  }
}
