import { parseAllocationRequest } from '#wire/allocation-request';
import type { Json } from '#ports/json';
import type { Allocations, Owner, Placement, Resources } from '#ports/placement';
import { mapOf, numbersOf, plainText } from '#wire/reading';
import type { HttpStep, RecordedTask, Step } from './recorded-task.ts';

/** Allocations by consumer. */
export type Held = ReadonlyMap<string, Allocations>;

/** Placement as recorded: what consumers hold at first, and which writes are refused. */
export class ScriptedPlacement implements Placement {
  readonly #held = new Map<string, Allocations>();
  readonly #names = new Map<string, string>();
  readonly #writes: HttpStep[];
  readonly #touched = new Set<string>();
  /** The scenario refuses claims in the conductor: those that were not refused alone are recorded. */
  readonly #isReplaced: boolean;

  constructor({ steps, replaced }: Pick<RecordedTask, 'replaced' | 'steps'>) {
    this.#isReplaced = replaced.includes('nova.scheduler.utils.claim_resources');
    const requests = steps.filter((step): step is HttpStep => step.kind === 'http');
    this.#writes = requests.filter(({ verb }) => verb !== 'GET');
    for (const { url, response } of requests) {
      const { name } = mapOf(response);
      if (/^\/resource_providers\/[^/?]+$/.test(url)) this.#names.set(url.split('/')[2] ?? '', plainText(name));
    }
    for (const { verb, url, response } of requests) {
      const consumer = consumerOf(url);
      if (verb !== 'GET' || consumer === undefined || this.#held.has(consumer)) continue;
      this.#held.set(consumer, allocationsOf(mapOf(response)['allocations']));
    }
  }

  /** What each consumer holds that was written, as far as it was. */
  get held(): Held {
    return new Map([...this.#held].filter(([consumer]) => this.#touched.has(consumer)));
  }

  async saveProvider(): Promise<void> {}

  async retireProvider(): Promise<void> {}

  async withdraw(): Promise<void> {}

  async offer(): Promise<void> {}

  async deleteProvider(): Promise<boolean> {
    return true;
  }

  async traits(): Promise<string[]> {
    return [];
  }

  async tree(node: string): Promise<ReadonlySet<string>> {
    return new Set([node]);
  }

  async providerName(provider: string): Promise<string | undefined> {
    return this.#names.get(provider);
  }

  async allocations(consumer: string): Promise<Allocations> {
    return this.#held.get(consumer) ?? {};
  }

  async claim(consumer: string, allocationRequest: string, _owner: Owner, _operation?: string): Promise<boolean> {
    const requested = parseAllocationRequest(allocationRequest);
    if (requested === undefined || this.#isUnseen(consumer, Object.keys(requested))) return false;
    if (this.#refused(consumer)) return false;
    const before = this.#held.get(consumer) ?? {};
    const sums = Object.entries(requested).map(([provider, amounts]) => [provider, sum(before[provider], amounts)]);
    this.#write(consumer, { ...before, ...Object.fromEntries(sums) });
    return true;
  }

  async setAndClear(
    consumer: string,
    allocations: Allocations,
    _owner: Owner,
    consumerToClear: string,
  ): Promise<boolean> {
    if (this.#refused(consumer, consumerToClear)) return false;
    this.#write(consumer, allocations);
    this.#write(consumerToClear, {});
    return true;
  }

  async removeProvider(consumer: string, provider: string, amounts: Resources): Promise<boolean> {
    const before = this.#held.get(consumer) ?? {};
    if (before[provider] === undefined || this.#refused(consumer)) return false;
    const { [provider]: held = {}, ...others } = before;
    const left = Object.entries(held).flatMap(([name, amount]) => {
      const rest = amount - (amounts[name] ?? 0);
      return rest > 0 ? [[name, rest] as const] : [];
    });
    this.#write(consumer, left.length === 0 ? others : { ...others, [provider]: Object.fromEntries(left) });
    return true;
  }

  async release(consumer: string): Promise<boolean> {
    const held = Object.keys(this.#held.get(consumer) ?? {}).length > 0;
    this.#write(consumer, {});
    return held;
  }

  #write(consumer: string, allocations: Allocations): void {
    this.#touched.add(consumer);
    this.#held.set(consumer, allocations);
  }

  #isUnseen(consumer: string, providers: readonly string[]): boolean {
    const seen = this.#writes.some(({ url, body }) => {
      const asked = mapOf(mapOf(body)['allocations']);
      return url.includes(consumer) && providers.every((provider) => provider in asked);
    });
    return this.#isReplaced && !seen;
  }

  /**
   * The next recorded write that concerns one of the consumers decides whether ours goes through; ours made up some.
   */
  #refused(...consumers: string[]): boolean {
    const at = this.#writes.findIndex(({ url, body }) =>
      consumers.some((consumer) => url.includes(consumer) || consumer in mapOf(body)),
    );
    const [write] = at === -1 ? [] : this.#writes.splice(at, 1);
    return write !== undefined && write.status >= 300;
  }
}

/** What consumers hold after the recorded writes. */
export function heldAfter(steps: readonly Step[]): Held {
  const held = new Map<string, Allocations>();
  for (const step of steps) {
    if (step.kind !== 'http' || step.verb === 'GET' || step.status >= 300) continue;
    const consumer = consumerOf(step.url);
    if (consumer !== undefined) {
      held.set(consumer, step.verb === 'DELETE' ? {} : allocationsOf(mapOf(step.body)['allocations']));
      continue;
    }
    for (const [name, written] of Object.entries(mapOf(step.body)))
      held.set(name, allocationsOf(mapOf(written)['allocations']));
  }
  return held;
}

const consumerOf = (url: string): string | undefined => /^\/allocations\/([^/?]+)/.exec(url)?.[1];

function allocationsOf(value: Json | undefined): Allocations {
  return Object.fromEntries(
    Object.entries(mapOf(value)).map(([provider, entry]) => [provider, numbersOf(mapOf(entry)['resources'])]),
  );
}

function sum(held: Resources = {}, added: Resources): Resources {
  const names = new Set([...Object.keys(held), ...Object.keys(added)]);
  return Object.fromEntries([...names].map((name) => [name, (held[name] ?? 0) + (added[name] ?? 0)]));
}
