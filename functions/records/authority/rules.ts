/**
 * Who may call a remotable method, and on what: one rule a method, out of a closed set. The rules bind hosts. An API
 * service and our own steps may call every method, and the project of their context bounds what they reach.
 *
 * `of` names the argument, or the field of the object, that names what is touched.
 */
export type AuthorityRule<Name extends string = string> =
  /** No host may call it. */
  | { readonly rule: 'api' }
  /** Facts of the caller's own cell that every host may read: services, nodes, aggregates, flavors. */
  | { readonly rule: 'facts' }
  /** What is named belongs to the caller's own hosts. */
  | { readonly rule: 'host'; readonly of: Name }
  /** A server that the caller may read, attend to, or write; `host`, where it is given, is the caller's own. */
  | { readonly rule: 'instance'; readonly of: Name; readonly may: Touch; readonly host?: Name }
  /** A compute node of the caller's own hosts, by its id. */
  | { readonly rule: 'node'; readonly of: Name }
  /** A search by the caller's own host or by servers; what it may not read is left out of the answer. */
  | { readonly rule: 'search'; readonly of: Name; readonly hosts: readonly string[]; readonly instances: string }
  /** A record that the caller may read: another is refused, and left out of a list. */
  | { readonly rule: 'theirs' }
  /** The method's own conditional write checks it: on the server, on the host of the record, on the hosts of a move. */
  | { readonly rule: 'condition'; readonly on: ConditionTarget };

/**
 * How a server is touched: written by those at work on it; attended to by them and by the host that is asked whether
 * it takes the server; reported on by them and by the host whose part in the request is not over; read by them and by
 * whom a move of the server names.
 */
export type Touch = 'read' | 'attend' | 'report' | 'write';

/** What the condition of a write is about. */
export type ConditionTarget = 'instance' | 'host' | 'migration' | 'event';

/** What stands for the API level. */
export const API_ONLY = { rule: 'api' } as const;

/** What every host of a cell may read. */
export const CELL_FACTS = { rule: 'facts' } as const;

/** What belongs to the caller, whatever was asked for. */
export const THEIRS = { rule: 'theirs' } as const;

/** Only what names the caller's own hosts. */
export const ownHost = <const N extends string>(of: N) => ({ rule: 'host', of }) as const;

/** Only servers that the caller is at work on. */
export const atWork = <const N extends string>(of: N) => ({ rule: 'instance', of, may: 'write' }) as const;

/** Only servers that the caller is at work on or asked about, and in the name of its own host. */
export const attendsAs = <const N extends string, const H extends string>(of: N, host: H) =>
  ({ rule: 'instance', of, may: 'attend', host }) as const;

/**
 * The same, and servers of which the caller has begun an event in this request that it has not
 * ended: it says how its work went.
 */
export const reportsAs = <const N extends string, const H extends string>(of: N, host: H) =>
  ({ rule: 'instance', of, may: 'report', host }) as const;

/** Only servers that the caller is at work on, or that a move brought to it or took from it. */
export const mayRead = <const N extends string>(of: N) => ({ rule: 'instance', of, may: 'read' }) as const;

/** Only nodes of the caller's own hosts. */
export const ownNode = <const N extends string>(of: N) => ({ rule: 'node', of }) as const;

/** Only searches that name the caller's own host, or servers. */
export const search = <const N extends string>(of: N, hosts: readonly string[], instances: string) =>
  ({ rule: 'search', of, hosts, instances }) as const;

/** Whatever the condition of the write allows. */
export const byCondition = <const T extends ConditionTarget>(on: T) => ({ rule: 'condition', on }) as const;
