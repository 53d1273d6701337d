import type { HeartbeatSettings } from '#conductor/heartbeat';
import type { ArgumentsSchema } from './arguments.ts';
import type { Counter } from '#ports/counter';
import type { AnyObject } from '#objects/versioned/any-object';
import type { Clock } from '#ports/clock';
import type { RequestContext } from '#ports/context';
import type { Configuration } from '#ports/configuration';
import type { Ids } from '#ports/ids';
import type { Log } from '#ports/log';
import type { Item, Tables } from '#ports/tables';
import type { AuthorityRule } from './authority/rules.ts';
import type { NotificationEvent } from './notify.ts';

/** A cell as a request is targeted at it (nova.conductor.manager `targets_cell`). */
export interface Cell {
  readonly name: string;
  readonly uuid: string;
}

/** What a remotable method works with beside its arguments. */
export interface Records {
  readonly tables: Tables;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Integer ids, taken in blocks. */
  readonly counter: Counter;
  /** Absent where nobody would read it. */
  readonly log?: Pick<Log, 'count' | 'warn'>;
  readonly context: RequestContext;
  /** The cell that the queue, or the mapping of the instance, gives; absent at API level. */
  readonly cell?: Cell;
  /**
   * Limits of server groups, and when a host counts as down; absent where nothing is
   * limited and every heartbeat stored.
   */
  readonly config?: Pick<Configuration, 'groupQuota'> &
    Partial<HeartbeatSettings & Pick<Configuration, 'directCalls' | 'openstackServices'>>;
  /** `_unique_id` of the message, so that a repeat is recognised by what it wrote. */
  readonly writer?: string;
  /** When that message was sent, in epoch milliseconds. */
  readonly sentAt?: number;
  /** The hosts that the speaker's principal stands for; absent for publishers and for our own steps. */
  readonly hosts?: readonly string[];
  /** The principal of the operator's fencing agent; absent for everybody else. */
  readonly fencer?: string;
  /** Which process of the speaker's it is: the reply queue of its calls, of which each process has one of its own. */
  readonly process?: string;
  /** Whether the speaker used the function URL of the cell, and not its queue. */
  readonly direct?: boolean;
  /**
   * Called with every record that a write answered, and the columns of a save, so that an operation waiting for it can
   * be settled.
   */
  readonly written?: (item: Item, columns?: readonly string[]) => void;
  /**
   * Called with what is done last, once all that follows from the writes is done: until then a repeat finds what it
   * goes by. @default at once
   */
  readonly last?: (end: () => Promise<void>) => void;
  /** Collects what is to be published once the method has ended well; absent where nothing is published. */
  readonly notices?: Notices;
}

/** Where methods leave what happened, and what they must know to publish it. */
interface Notices {
  readonly config: Pick<Configuration, 'host' | 'notifyOnStateChange'>;
  readonly add: (event: NotificationEvent) => void;
}

/** Arguments by name, after positions and defaults were resolved by the method's signature. */
export type MethodArguments = Readonly<Record<string, unknown>>;

/** A remotable method as the dispatch sees it. */
export interface RemotableMethodDefinition {
  /** What the arguments are parsed by before the method is called. */
  readonly schema: ArgumentsSchema;
  /** Which hosts may call it, and on what: checked before it is called, or by the condition of its write. */
  readonly authority: AuthorityRule;
}

/** A remotable class method: answers an object, plain data, or null. */
export interface ClassMethodDefinition extends RemotableMethodDefinition {
  /** @throws ValueError for an argument of another type than the schema names, and what the method throws */
  readonly call: (records: Records, args: MethodArguments) => Promise<unknown>;
}

/** A remotable instance method: changes the object as Nova's would, and answers its result. */
export interface InstanceMethodDefinition extends RemotableMethodDefinition {
  /** @throws ValueError for an argument of another type than the schema names, and what the method throws */
  readonly call: (records: Records, object: AnyObject, args: MethodArguments) => Promise<unknown>;
}

/** The methods of one type of object, by name. */
export interface RecordMethods {
  readonly instance?: Readonly<Record<string, InstanceMethodDefinition>>;
  readonly class?: Readonly<Record<string, ClassMethodDefinition>>;
}
