import { FakeCompute, type ComputeOptions, type FleetPorts } from './fake-compute.ts';
import type { Order } from './order.ts';

/** Fake computes, by host. */
export class Fleet {
  readonly computes: FakeCompute[];
  readonly #ports: FleetPorts;

  constructor(ports: FleetPorts, hosts: readonly ComputeOptions[]) {
    this.#ports = ports;
    this.computes = hosts.map((options) => new FakeCompute(ports, options));
  }

  /** Registers all hosts, one after the other, so that ids come in the order of the hosts. */
  async start(): Promise<void> {
    for (const compute of this.computes) await compute.start();
  }

  /** Adds a host and registers it; one of that name that died comes back. */
  async add(options: ComputeOptions): Promise<void> {
    const known = this.computes.find(({ host }) => host === options.host);
    const compute = known ?? new FakeCompute(this.#ports, options);
    if (known === undefined) this.computes.push(compute);
    await compute.start();
  }

  /** Ends all hosts and waits for them. */
  async stop(): Promise<void> {
    await Promise.all(this.computes.map((compute) => compute.stop()));
  }

  /** Whether there is a compute of that name, dead or alive. */
  has(name: string): boolean {
    return this.computes.some(({ host }) => host === name);
  }

  /** The compute of a host. @throws Error when there is none */
  host(name: string): FakeCompute {
    const compute = this.computes.find(({ host }) => host === name);
    if (compute === undefined) throw new Error(`there is no host ${name}`);
    return compute;
  }

  /** All orders that any host got, by the time at which it got them. */
  received(): Order[] {
    return this.computes.flatMap((compute) => compute.received).toSorted((a, b) => a.receivedAt - b.receivedAt);
  }
}
