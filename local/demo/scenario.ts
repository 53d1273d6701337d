import type { BehaviourKind, Behaviour } from '#local/fleet/behaviour';
import { attemptOf, objectArgument, textField, type Order } from '#local/fleet/order';
import type { DemoServer, DemoWorld } from './demo-world.ts';
import type { DemoFlavor } from './flavors.ts';

/**
 * What is to become of the servers of a scenario. Every server holds resources on its host alone, and runs there alone.
 */
export interface Expected {
  /** A state of DemoServer. */
  readonly state: 'active' | 'error' | 'gone' | 'shelved_offloaded';
  /** @default null */
  readonly taskState?: string;
  /** All of them are there. */
  readonly cell?: string;
  readonly host?: string;
  /** None of them is on this host any more. */
  readonly left?: string;
  /** As many cells, and as many hosts, have at least one of them. */
  readonly cells?: number;
  readonly hosts?: number;
  /** Each was tried on as many hosts. */
  readonly attempts?: number;
  /** Its last fault says so. */
  readonly fault?: RegExp;
  /** Status of its last migration. */
  readonly migration?: string;
  /** Name of its flavor. */
  readonly flavor?: string;
}

/** A running scenario, as far as its own part needs it. */
export interface Stage {
  readonly world: DemoWorld;
  /** Its servers. */
  readonly uuids: readonly string[];
  readonly say: (line: string) => void;
  /** Looks on until that holds for each of these servers, the scenario's own by default. @throws WaitTimedOut */
  readonly until: (holds: (server: DemoServer) => boolean, uuids?: readonly string[]) => Promise<void>;
  /** Looks on until that holds. @throws WaitTimedOut */
  readonly untilTrue: (holds: () => Promise<boolean>) => Promise<void>;
}

/** The time is over before something came true. */
export class WaitTimedOut extends Error {
  override readonly name = 'WaitTimedOut' as const;
}

/** An order for a server of a scenario. */
export interface Occasion {
  readonly method: string;
  readonly host: string;
  /** From 1: how often that server was ordered so; of builds the attempt. */
  readonly nth: number;
}

/** One scenario of a story. */
export interface Scenario {
  /** Its servers are named after it. */
  readonly name: string;
  readonly title: string;
  readonly servers: number;
  readonly flavor: DemoFlavor;
  /** They are those of the recorded request, which is sent as it was. @default a request is made for them */
  readonly recorded?: true;
  /** Where they are built. @default the scheduler chooses */
  readonly host?: string;
  /** How hosts carry out its orders. @default at once */
  readonly kind?: (occasion: Occasion) => BehaviourKind;
  /** What happens to its first server while it is built. */
  readonly incident?: 'build request deleted while scheduling' | 'host dies while spawning';
  /** What is asked for once its servers run. */
  readonly move?: {
    /** The order for a host to take a server. */
    readonly method: string;
    readonly ask: (stage: Stage) => Promise<void>;
  };
  readonly expected: Expected;
}

/** What is played in one world, a scenario after the other. */
export interface Story {
  readonly name: string;
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

export const BUILD = 'build_and_run_instance';

/** Long enough to be seen in progress. */
export const SPAWN: BehaviourKind = { delay: 400 };

/** The cells of the demo with their hosts. */
export const DEMO_HOSTS: Readonly<Record<string, readonly string[]>> = {
  cell1: ['host1', 'host2', 'host3'],
  cell2: ['host4', 'host5', 'host6'],
};

/** The name of a scenario's server. */
export const serverName = (scenario: Pick<Scenario, 'name'>, at: number): string => `${scenario.name}-${at + 1}`;

/** How the hosts of one world behave: as the scenario says that the server is named after. */
export function scriptedBehaviour(scenarios: readonly Scenario[]): Behaviour {
  const ordered = new Map<string, number>();
  return (order) => {
    const name = nameOf(order);
    const kind = scenarios.find((scenario) => name.startsWith(`${scenario.name}-`))?.kind;
    if (kind === undefined) return 'build';
    const { method, host } = order;
    const earlier = ordered.get(`${method} ${name}`) ?? 0;
    ordered.set(`${method} ${name}`, earlier + 1);
    return kind({ method, host, nth: method === BUILD ? attemptOf(order) : earlier + 1 });
  };
}

const nameOf = (order: Order): string =>
  'instance' in order.args ? textField(objectArgument(order, 'instance'), 'display_name') : '';
