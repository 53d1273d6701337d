import type { Json, JsonMap } from '#ports/json';
import type { Change, SqlState } from './sql-state.ts';
import { plainText } from '#wire/reading';

/** A recorded request of the base namespace with everything that its replay needs. */
export interface RecordedCase {
  readonly test: string;
  readonly id: string;
  readonly from: string;
  /** The order of the conductor that its sender was carrying out. */
  readonly serving: string | undefined;
  readonly namespace: string | null;
  readonly version: string;
  readonly method: string;
  readonly args: JsonMap;
  /** `_context_*` keys without the prefix. */
  readonly context: JsonMap;
  /** The databases when it was served: one state, or those between sending and answering that come into question. */
  readonly before: readonly SqlState[];
  readonly change: Change;
  /** Other requests were open, so the change may be theirs: only replies are compared. */
  readonly overlapped: boolean;
  /** A part that object calls run through and that the scenario replaces. */
  readonly replaced: string | undefined;
  /** The scenario replaces the very method that is called. */
  readonly isReplaced: boolean;
  /** Undefined where the recording ends before it. */
  readonly reply: RecordedReply | undefined;
  /** What the notification bus got meanwhile. */
  readonly events: readonly JsonMap[];
  /** Epoch milliseconds when it was sent and answered, as near as the recording has it. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Database of the cell that the request is about. */
  readonly cell: string;
}

/** What a caller was answered. */
export interface RecordedReply {
  readonly result: Json;
  readonly failure: JsonMap | null;
}

/** What the call is, as the report names it. */
export function methodName(request: { readonly method: string; readonly args: JsonMap }): string {
  const { method, args } = request;
  const object = args['objinst'];
  const type =
    typeof object === 'object' && object !== null && !Array.isArray(object)
      ? plainText(object['nova_object.name'])
      : plainText(args['objname']);
  if (method === 'object_action' || method === 'object_class_action_versions') {
    return `${method}.${type}.${plainText(args['objmethod'])}`;
  }
  return method === 'object_backport_versions' ? `${method}.${type}` : method;
}
