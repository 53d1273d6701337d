import type { Asking } from '../call-compute.ts';
import type { CallState } from '../state.ts';

/*
 * Theory of operation.
 *
 * The server's host names the device and makes its record, in a call whose answer completes the token. Then the volume
 * is kept for the server by an empty attachment, which the device names, and the host is ordered to attach it. All of
 * it goes by the request: a repeated step finds the device by the answer of the call, and the attachment by the volume.
 */

/** What an execution begins with: ids only. */
export interface AttachingState extends CallState {
  volume: string;
}

/** The state once the server is found. */
export interface FoundState extends AttachingState, Asking {
  cell: string;
  cell_uuid: string;
  host: string;
  /** uuid of the device, once its host has answered. */
  device?: string;
  device_name?: string | null;
}

/** Names the call to the host. */
export const callId = (execution: string): string => `${execution}-device`;
