import { createHash } from 'node:crypto';
import type { GenericSchema } from 'valibot';
import type { RequestContext } from '#ports/context';
import type { JsonMap, WireObject } from '#ports/json';
import type { Operation } from '#records/operation';
import type { OperationDocument } from '#operations/operation-document';
import type { CommonDocument, InstanceDocument } from '#operations/request-document';
import type { RpcRequest } from '#wire/envelope';

/** What a method's message becomes: a workflow with the documents that it needs. */
export interface WorkflowRoute {
  readonly kind: 'workflow';
  readonly workflow: string;
  /** 0 for a first request; a reschedule carries the number of the attempt that failed. */
  readonly attempt: number;
  readonly common: CommonDocument | OperationDocument;
  readonly instances: readonly { readonly uuid: string; readonly document: InstanceDocument | null }[];
  /** What the execution gets beside the request's key. */
  readonly state: JsonMap;
  /** The workflow itself answers a call, where Nova answers it. @default nobody answers */
  readonly answers?: boolean;
  /** The host that has the server may ask for it as well. @default no host may */
  readonly byItsHost?: boolean;
}

/** A compute's request to have a build go on elsewhere; the execution that owns the server hears of it. */
export interface RescheduleRoute {
  readonly kind: 'reschedule';
  readonly operation: Operation;
  readonly uuid: string;
  readonly attempt: number;
  readonly reason: string;
  /** Started when no running execution owns the server. */
  readonly otherwise: WorkflowRoute;
}

export type Route = WorkflowRoute | RescheduleRoute;

/** One method of the `compute_task` namespace. */
export interface TaskMethod {
  /** What its arguments are checked by; publishers read it as JSON Schema. */
  readonly schema: GenericSchema;
  /** Arguments that came later than the method, with the version that brought each. @default none */
  readonly since?: Readonly<Record<string, string>>;
  /** Names the workflow and what it needs. @throws NovaError when an argument is not what the method takes */
  route(args: JsonMap, context: RequestContext): Route;
}

/** A digest of text, in hexadecimal: 32 characters are plenty where nobody gains by a collision. */
export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The name under which a request is stored and its execution runs (at most 80 characters). */
export function requestKey(request: RpcRequest, route: WorkflowRoute): string {
  const uuids = route.instances.map(({ uuid }) => uuid).toSorted();
  return digest([request.method, request.context.request_id, route.attempt, ...uuids].join('\n'));
}

/** The fields of a wire object. */
export const data = (object: WireObject): JsonMap => object['nova_object.data'];
