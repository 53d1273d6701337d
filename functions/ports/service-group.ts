/** Whether a host's compute service lives. */
export type Liveness =
  | 'up'
  | 'down'
  /** Nobody knows: the host may have spoken without being heard. Nobody is given up on this answer. */
  | 'unknown';

/** What is known of a host, and what it follows from, in words for operators. */
export interface Verdict {
  readonly liveness: Liveness;
  readonly reason: string;
  /** Of a host that is down: a person, or a fencing agent, says that nothing runs on it. @default false */
  readonly confirmed?: true;
  /** Of one that nobody knows of: what it may have said lies unread, which is known once it is read. @default false */
  readonly unread?: true;
}

/** The group of compute services of a cell. */
export interface ServiceGroup {
  verdict(cell: string, host: string): Promise<Verdict>;
}
