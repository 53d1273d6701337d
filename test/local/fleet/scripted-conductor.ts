import { MemoryQueues } from '#adapters/memory/queues';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import type { Bus } from '#client/bus';
import { isWireObject } from '#wire/wire';
import { MemoryBus } from '../../fixtures/memory/bus.ts';
import type { Json } from '#ports/json';
import { parseEnvelope, replyEnvelope, type RpcRequest } from '#wire/envelope';

/** A request as the scripted conductor took it. */
export interface Taken extends RpcRequest {
  readonly queue: string;
  readonly sender: string | undefined;
}

/** What it answers: a result, a failure, or nothing at all. */
export type Script = (request: Taken) => { result: Json } | { failure: object } | 'silence';

/** Queues in memory on a virtual clock, with a conductor that keeps every request and answers by a script. */
export class ScriptedConductor {
  readonly clock = new VirtualClock();
  readonly queues: MemoryQueues;
  readonly bus: Bus;
  readonly taken: Taken[] = [];
  #made = 0;
  readonly ids = { uuid: () => `00000000-0000-4000-8000-${String((this.#made += 1)).padStart(12, '0')}` };
  script: Script;

  constructor(script: Script, queues: readonly string[] = ['compute-task', 'conductor', 'cell-cell1-conductor']) {
    this.script = script;
    this.queues = new MemoryQueues({ clock: this.clock });
    this.bus = new MemoryBus(this.queues);
    for (const queue of queues) {
      this.queues.create(queue);
      this.bus.read(queue, (message) => this.#serve(queue, message.body, message.attributes['sender']));
    }
  }

  /** Methods in the order in which they came, object calls as `Instance.save`. */
  methods(): string[] {
    return this.taken.map(methodName);
  }

  async #serve(queue: string, body: string, sender: string | undefined): Promise<void> {
    const request = parseEnvelope(body);
    if (request.kind === 'reply') return;
    const taken = { ...request, queue, sender };
    this.taken.push(taken);
    const answer = this.script(taken);
    if (answer === 'silence' || request.reply === undefined) return;
    const failure = 'failure' in answer ? JSON.stringify(answer.failure) : null;
    const result = 'result' in answer ? answer.result : null;
    await this.bus.send(request.reply.queue, { body: replyEnvelope(request.reply.messageId, 'r', result, failure) });
  }
}

/** `Instance.save` for an object call, else the method's own name. */
export function methodName({ method, args }: Pick<RpcRequest, 'method' | 'args'>): string {
  const { objname, objmethod, objinst } = args;
  if (method === 'object_class_action_versions') return `${textOf(objname)}.${textOf(objmethod)}`;
  if (method !== 'object_action' || !isWireObject(objinst)) return method;
  return `${objinst['nova_object.name']}.${textOf(objmethod)}`;
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
