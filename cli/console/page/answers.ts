/** What the subcommands answer, as far as the page shows it. */

export interface About {
  readonly deployment: string;
  readonly endpoint: string;
  readonly version: string;
  readonly changes: boolean;
}

export interface Intake {
  readonly queue: string;
  readonly state: string;
  readonly waiting?: number;
  readonly inFlight?: number;
  /** How long its oldest message has waited; null where it is not known. */
  readonly oldestSeconds: number | null;
}

export interface Host {
  readonly host: string;
  readonly cell: string;
  readonly service: string;
  readonly reason: string;
  readonly disabled: boolean;
  readonly seenAgo: number | null;
  readonly servers: number;
  readonly waiting: number | null;
}

/** Amounts by resource class. */
type Amounts = Readonly<Record<string, number>>;

export interface HostDetails {
  readonly host: string;
  readonly cell: string;
  readonly liveness: string;
  readonly reason: string;
  readonly lastSeen: string | null;
  readonly disabled: boolean;
  readonly disabledReason: string | null;
  /** What a person has said of it. */
  readonly declared: {
    readonly down: boolean;
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  } | null;
  /** Orders that wait in its queue. */
  readonly waiting: number | null;
  readonly servers: number;
  readonly inFlight: readonly unknown[];
  readonly resources: readonly { readonly provider: string; readonly capacity: Amounts; readonly free: Amounts }[];
}

export interface Execution {
  readonly workflow: string;
  readonly name: string;
  readonly status: string;
  readonly startedAt: number;
  readonly stoppedAt?: number;
}

export interface StateNode {
  readonly name: string;
  readonly type: string;
  readonly next: readonly string[];
  readonly caught: readonly string[];
}

export interface Visit {
  readonly state: string;
  readonly enteredAt: number;
  readonly leftAt?: number;
  readonly errors: readonly string[];
}

export interface Course extends Execution {
  readonly error?: string;
  readonly visits: readonly Visit[];
  readonly states: readonly StateNode[];
}

export interface Server {
  readonly uuid: string;
  readonly name: string | null;
  readonly cell: string | null;
  readonly host: string | null;
  readonly vmState: string;
  readonly taskState: string | null;
  readonly updatedAt: string | null;
  readonly owners: readonly string[];
}

interface Moment {
  readonly at: string;
  readonly what: string;
  readonly text: string;
  readonly host: string | null;
}

/** A server that no cell has yet is its uuid and state alone. */
export interface ServerDetails extends Partial<Server> {
  readonly uuid: string;
  readonly vmState: string;
  readonly claims?: Readonly<Record<string, Amounts>>;
  /** Names of the providers of its claims by uuid. */
  readonly providers?: Readonly<Record<string, string | null>>;
  readonly timeline?: readonly Moment[];
}

export interface DeadLetterQueue {
  readonly queue: string;
  readonly messages: number;
}

export interface DeadLetter {
  readonly id: string;
  readonly sentAt: string;
  readonly reason: string | null;
  readonly method: string | null;
  readonly requestId: string | null;
  readonly sender: string | null;
}

export interface Finding {
  readonly rule: string;
  readonly subject: string;
  readonly text: string;
  readonly advice: string;
  readonly outcome: string | null;
}
