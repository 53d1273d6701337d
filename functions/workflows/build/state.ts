/*
 * Theory of operation.
 *
 * A build places the servers of one request and hands each to a launch execution of its own; nothing of a server exists
 * in a cell before that. So a failure here has only claims and one quota reservation to take back, and every server of
 * the request ends the same way: launched, buried in cell0, or recorded in error for being over quota.
 *
 * Servers that an API of older days has recorded itself (`existing`, build_instances) pass the same states. Their
 * records name the cell that they stay in, they count whatever the quota says, and where they fail it is their own
 * record that says so.
 *
 * Documents lie in the request's items (records/request-document.ts). Each step may run twice, or die half-way and run
 * again: the scheduler answers the hosts that the servers already hold, the reservation is made under the execution's
 * name, and a launch is named by its request and server.
 */

/** What a build's executions carry: ids only. */
export interface BuildState {
  /** Key of the request's items. */
  request: string;
  request_id: string;
  /** `existing` for servers that the API has recorded itself; absent for those that have a build request alone. */
  entry?: 'existing';
  /** Whose limits are likely to be looked at. */
  project_id?: string | null;
  user_id?: string | null;
  /** The servers in the order of the request. */
  uuids: string[];
}

/** The state that Launch goes by, one execution for each of its launches. */
export interface LaunchingState extends Omit<BuildState, 'uuids' | 'entry'> {
  launches: { readonly server: string; readonly name: string; readonly entry: 'build' | 'existing' }[];
}
