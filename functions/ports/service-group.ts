/** Whether a host's compute service lives, from the age of its heartbeat (spec/conductor.md section 8.9). */
export type Liveness =
  | 'up'
  | 'down'
  /** The conductor itself lags, so an old heartbeat proves nothing: nobody is fenced on this answer. */
  | 'unknown';

/** The group of compute services of a cell. */
export interface ServiceGroup {
  liveness(cell: string, host: string): Promise<Liveness>;
}
