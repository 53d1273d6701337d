import type { Manner, Manners } from '../fleet/manners.ts';
import { objectArgument, textField } from '../fleet/order.ts';

/** Resources that a server of the demo asks for. */
export interface DemoFlavor {
  readonly id: number;
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly rootGb: number;
}

/** What is to become of the servers of a scenario. */
export interface Expected {
  /** A state of DemoServer. */
  readonly state: 'active' | 'error' | 'gone';
  /** All of them are there. */
  readonly cell?: string;
  /** As many cells, and as many hosts, have at least one of them. */
  readonly cells?: number;
  readonly hosts?: number;
  /** Each was tried on as many hosts. */
  readonly attempts?: number;
  /** Its last fault says so. */
  readonly fault?: RegExp;
}

/** One scenario of the demo. */
export interface Scenario {
  /** Its servers are named after it. */
  readonly name: string;
  readonly title: string;
  readonly servers: number;
  readonly flavor: DemoFlavor;
  /** How hosts carry out its builds. */
  readonly manner: (attempt: number) => Manner;
  /** What happens to its first server meanwhile. */
  readonly incident?: 'build request deleted while scheduling' | 'host dies while spawning';
  readonly expected: Expected;
}

const TINY: DemoFlavor = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };
const HUGE: DemoFlavor = { id: 9, name: 'm9.huge', vcpus: 4096, memoryMb: 16_777_216, rootGb: 1 };

/** Long enough to be seen in progress. */
const SPAWN: Manner = { delay: 400 };

/** The cells of the demo with their hosts. */
export const DEMO_HOSTS: Readonly<Record<string, readonly string[]>> = {
  cell1: ['host1', 'host2', 'host3'],
  cell2: ['host4', 'host5', 'host6'],
};

/** What the demo shows, in order; the host that dies comes last, as the others need theirs. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'spread',
    title: 'Five servers, spread over six hosts in two cells',
    servers: 5,
    flavor: TINY,
    manner: () => SPAWN,
    expected: { state: 'active', cells: 2, hosts: 2, attempts: 1 },
  },
  {
    name: 'alternate',
    title: 'A server whose first host fails lands on an alternate',
    servers: 1,
    flavor: TINY,
    manner: (attempt) => (attempt === 1 ? { delay: 200, next: { fail: 'the hypervisor is out of order' } } : SPAWN),
    expected: { state: 'active', attempts: 2 },
  },
  {
    name: 'too-large',
    title: 'A request that nobody can host is buried in cell0',
    servers: 1,
    flavor: HUGE,
    manner: () => 'build',
    expected: { state: 'error', cell: 'cell0', attempts: 0, fault: /no valid host/iu },
  },
  {
    name: 'deleted',
    title: 'A build request deleted while scheduling is never built',
    servers: 1,
    flavor: TINY,
    manner: () => 'build',
    incident: 'build request deleted while scheduling',
    expected: { state: 'gone', attempts: 0 },
  },
  {
    name: 'dying-host',
    title: 'A server whose host dies in mid-build is built on another',
    servers: 1,
    flavor: TINY,
    manner: (attempt) => (attempt === 1 ? { delay: 600_000 } : SPAWN),
    incident: 'host dies while spawning',
    expected: { state: 'active', attempts: 2 },
  },
];

/** The name of a scenario's server. */
export const serverName = (scenario: Pick<Scenario, 'name'>, at: number): string => `${scenario.name}-${at + 1}`;

/** How the demo's hosts behave: as the scenario says that the server is named after. */
export const demoManners: Manners = (order, attempt) => {
  if (order.method !== 'build_and_run_instance') return 'build';
  const name = textField(objectArgument(order, 'instance'), 'display_name');
  return SCENARIOS.find((scenario) => name.startsWith(`${scenario.name}-`))?.manner(attempt) ?? 'build';
};
