import type { MemoryTables } from '#adapters/memory/tables';
import { remoteFailure } from '#wire/remote-failure';
import { ImageNotFound } from '#errors';
import type { ComputeMessage } from '#ports/compute';
import type { RequestContext } from '#ports/context';
import type { Json, JsonMap, WireObject } from '#ports/json';
import type { DestinationRequest } from '#ports/scheduler';
import type { Services } from '#ports/services';
import { cellQueue } from '#ports/host-queue';
import { fieldsOf, listOf, mapOf, plainText, textOf } from '#wire/reading';
import { replyEnvelope } from '#wire/envelope';
import { aliasesOf } from './aliases.ts';
import { isOnlyAskedByUs } from './documented-moves.ts';
import { moveTables, raiseCounters } from './move-tables.ts';
import type { RecordedTask, SentMessage, SentStep } from './recorded-task.ts';
import { ScriptedPlacement } from './scripted-placement.ts';
import { scriptedAccelerators } from './scripted-accelerators.ts';
import { scriptedNetworkPorts } from './scripted-network-ports.ts';
import { scriptedVolumes } from './scripted-volumes.ts';
import type { Change, SqlState } from '../sql-state.ts';

/** A server whose networks were given back. */
export interface Deallocation {
  readonly instance: string;
  readonly requestedNetworks: Json;
}

/**
 * Everything that the conductor asks and sends, answered as it was recorded. What the API changed meanwhile changes
 * when the call is answered during which it happened.
 */
export class ScriptedPorts {
  readonly sent: SentMessage[] = [];
  readonly deallocated: Deallocation[] = [];
  readonly placement: ScriptedPlacement;
  readonly #recorded: RecordedTask;
  readonly #tables: MemoryTables;
  #state: SqlState;
  /** Recorded steps that are over. */
  #passed = 0;

  constructor(recorded: RecordedTask, tables: MemoryTables) {
    this.#recorded = recorded;
    this.#tables = tables;
    this.#state = recorded.before;
    this.placement = new ScriptedPlacement(recorded);
  }

  /** The ports of a world with these in their place. */
  adapt(services: Services): Services {
    return {
      ...services,
      placement: this.placement,
      scheduler: { selectDestinations: (request) => this.#selectDestinations(request) },
      compute: {
        cast: async (message) => {
          this.sent.push(sentMessage(message, false));
        },
        call: (message) => this.#call(services, message),
      },
      accelerators: scriptedAccelerators(this.#recorded),
      volumes: scriptedVolumes(this.#recorded),
      networkPorts: scriptedNetworkPorts(this.#recorded),
      image: {
        get: (_context, id) => this.#image(id),
        create: async (_context, id) => this.#madeImage() ?? id,
        delete: async () => undefined,
      },
      network: {
        deallocateForInstance: async (_context: RequestContext, instance: WireObject, requestedNetworks: Json) => {
          this.deallocated.push({ instance: plainText(fieldsOf(instance)['uuid']), requestedNetworks });
        },
      },
    };
  }

  /** An image as the image service answered it; one that the recording does not ask for is not there. */
  async #image(id: string): Promise<JsonMap> {
    const found = this.#recorded.steps.find(
      (step) => step.kind === 'service' && step.service === 'glance' && step.exception === null,
    );
    if (found?.kind !== 'service' || mapOf(found.result)['id'] !== id) throw new ImageNotFound({ image_id: id });
    return mapOf(found.result);
  }

  /** The id of the image that the recorded task made. */
  #madeImage(): string | undefined {
    const made = this.#recorded.steps.find(
      (step) => step.kind === 'service' && step.service === 'glance' && step.method === 'create',
    );
    return made?.kind === 'service' ? textOf(mapOf(made.result)['id']) : undefined;
  }

  async #selectDestinations(request: DestinationRequest): Promise<WireObject[][]> {
    const { spec, instanceUuids, alternates, context } = request;
    this.sent.push({
      call: true,
      topic: 'scheduler',
      host: null,
      method: 'select_destinations',
      version: '',
      args: {
        instance_uuids: [...instanceUuids],
        spec_obj: spec,
        return_objects: true,
        return_alternates: alternates,
      },
      context,
    });
    const answer = await this.#answerOf('scheduler', 'select_destinations');
    return listOf(answer).map((list) => listOf(list).filter(isWireObject));
  }

  async #call(services: Services, message: ComputeMessage & { readonly messageId: string }): Promise<void> {
    this.sent.push(sentMessage(message, true));
    let [result, failure]: [Json, string | null] = [null, null];
    const step = this.#nextCall(message.topic ?? 'compute', message.method);
    if (step?.outcome !== undefined) {
      await this.#passUntil(step);
      result = step.outcome.result;
      failure = step.outcome.failure === null ? null : JSON.stringify(step.outcome.failure);
    } else if (!isOnlyAskedByUs(this.#recorded, message.method)) return;
    const body = replyEnvelope(message.messageId, `${message.messageId}-reply`, result, failure);
    await services.queues.send(cellQueue(message.cell), { body });
  }

  async #answerOf(topic: string, method: string): Promise<Json> {
    const step = this.#nextCall(topic, method);
    if (step?.outcome === undefined) throw new Error(`the recording has no answer to this ${method}`);
    await this.#passUntil(step);
    if (step.outcome.failure !== null) throw remoteFailure(JSON.stringify(step.outcome.failure));
    return step.outcome.result;
  }

  /** The next recorded call of that name; what was answered is not answered again. */
  #nextCall(topic: string, method: string): SentStep | undefined {
    return this.#recorded.steps
      .slice(this.#passed)
      .find(
        (step): step is SentStep => step.kind === 'sent' && step.call && step.topic === topic && step.method === method,
      );
  }

  /**
   * Goes on to the answer of a call, and beyond to the next one, and makes what the API and the one
   * that was asked change up to there.
   */
  async #passUntil(call: SentStep): Promise<void> {
    const { steps } = this.#recorded;
    const sent = steps.indexOf(call);
    const next = steps.findIndex((step, at) => at > sent && step.kind === 'sent' && step.call);
    const end = next === -1 ? steps.length : next;
    for (const step of steps.slice(this.#passed, end)) {
      if (step.kind !== 'db') continue;
      if (step.by === 'api' || step.by === 'asked') await this.#move(step.change);
      this.#state = this.#state.after(step.change);
    }
    this.#passed = end;
  }

  async #move(change: Change): Promise<void> {
    const aliases = aliasesOf(this.#recorded, this.#tables);
    await moveTables(this.#tables, { before: this.#state, change, aliases });
    await raiseCounters(this.#tables, change);
  }
}

function sentMessage(message: ComputeMessage, call: boolean): SentMessage {
  const { host, method, version, args, context, topic = 'compute' } = message;
  return { call, topic, host, method, version, args: asJson(args), context: asJson(context) };
}

/** As it would arrive: a copy through JSON, so that later changes do not show. */
function asJson(value: JsonMap): JsonMap {
  const copy: Json = JSON.parse(JSON.stringify(value));
  return mapOf(copy);
}

const isWireObject = (value: Json): value is WireObject => mapOf(value)['nova_object.name'] !== undefined;
