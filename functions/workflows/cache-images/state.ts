import type { Asking } from '../call-compute.ts';

/*
 * Theory of operation.
 *
 * The hosts of an aggregate are asked to fetch images, so many at a time. Nothing is recorded of it: what became of
 * each host is published by a notification, and counted beside the request's document, whose list of hosts has one
 * writer at a time, so that each host has an index of its own however often its step is repeated.
 */

/** What became of the images of one host. */
export type Result = 'cached' | 'existing' | 'error' | 'unsupported' | 'skipped';

/** What an execution begins with. */
export interface CachingState {
  /** Key of the request's document. */
  request: string;
  request_id: string;
}

/** The state once the hosts are known. */
export interface BegunState extends CachingState {
  hosts: readonly { readonly host: string; readonly cell: string | null; readonly cell_uuid: string | null }[];
  total: number;
  /** Hosts that are asked at a time. */
  most: number;
  /** Seconds that a host may take for its answer. */
  ask_seconds: number;
}

/** One host's state. */
export interface HostState extends CachingState, Asking {
  host: string;
  cell: string | null;
  cell_uuid: string | null;
  total: number;
  /** What the look at the host found; absent when it failed. */
  look?: 'up' | 'skipped' | 'unmapped';
  result?: HostResult;
}

/** What a host is counted as in the end. */
export interface HostResult {
  readonly host: string;
  readonly skipped: boolean;
  /** Images by result. */
  readonly results: Readonly<Record<string, number>>;
  /** Images that failed, by their ids. */
  readonly failed: readonly string[];
}

/** Names the call to a host. */
export const callId = (execution: string, host: string): string => `${execution}-cache-${host}`;
